//! The task itself: channels, the timer, sockets that end.
