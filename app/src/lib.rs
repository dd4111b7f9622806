//! Every screen of Sotto.
