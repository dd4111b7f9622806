//! Pictograms: outlines drawn by one path each, always beside a text.

use domain::incident::Priority;
use leptos::prelude::*;

/// A pictogram on a grid of 16 by 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// P1: filled triangle.
    Triangle,
    /// P2: filled square.
    Square,
    /// P3: filled circle.
    Circle,
    /// Done, true.
    Check,
    /// Danger.
    Warning,
    /// A heartbeat.
    Pulse,
    /// A printed code.
    Code,
    /// A person on the way.
    Walk,
    /// Sound.
    Sound,
    /// Up.
    Up,
    /// Down.
    Down,
    /// Unknown.
    Question,
    /// Next.
    Next,
    /// A microphone: a call.
    Microphone,
    /// Somebody speaks.
    Speaking,
    /// Sound that is off.
    Silent,
    /// Locked open.
    Lock,
    /// It rings.
    Bell,
}

impl Sign {
    fn path(self) -> &'static str {
        match self {
            Sign::Triangle => "M8 2.2 14.6 13.6H1.4z",
            Sign::Square => "M2.5 2.5h11v11h-11z",
            Sign::Circle => "M8 2.2a5.8 5.8 0 1 1 0 11.6a5.8 5.8 0 1 1 0-11.6z",
            Sign::Check => "M2.5 8.5 6.3 12.2 13.5 4.2",
            Sign::Warning => "M8 2 14.8 13.8H1.2zM8 6.4v3.4M8 11.6v.2",
            Sign::Pulse => "M1 8.5h3.6l1.6-3.4 2.6 7 1.9-4.6.8 1H15",
            Sign::Code => {
                "M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h1.6M13.4 9.5v1.6M9.5 13.4h1.6M13.4 13.4v.1"
            }
            Sign::Walk => {
                "M8.6 2.6v.2M6 14.2l1.6-3.8-.2-4.2 2.2 1.8 2.2.6M7.6 10.4l2.2 1.4.6 2.6M7.4 6.2 5 7.4 4.4 9.6"
            }
            Sign::Sound => "M2.5 6.2h2.4L8.4 3v10L4.9 9.8H2.5zM10.6 5.8a3.2 3.2 0 0 1 0 4.4M12.4 4a5.6 5.6 0 0 1 0 8",
            Sign::Up => "M8 3 14 13H2z",
            Sign::Down => "M8 13 2 3h12z",
            Sign::Question => "M5.6 6.2a2.4 2.4 0 1 1 3.4 2.2c-.7.3-1 .7-1 1.4v.3M8 12.4v.2",
            Sign::Next => "M6 3.5 10.5 8 6 12.5",
            Sign::Microphone => {
                "M8 2a2 2 0 0 1 2 2v3.6a2 2 0 0 1-4 0V4a2 2 0 0 1 2-2zM3.8 7.6a4.2 4.2 0 0 0 8.4 0M8 11.8V14"
            }
            Sign::Speaking => "M2.5 6.6v2.8M5.2 4.6v6.8M8 2.4v11.2M10.8 4.6v6.8M13.5 6.6v2.8",
            Sign::Silent => "M2.5 6.2h2.4L8.4 3v10L4.9 9.8H2.5zM10.8 6.2l3.4 3.6M14.2 6.2l-3.4 3.6",
            Sign::Bell => {
                "M3.5 11.5c1-1 1.2-2.2 1.2-4a3.3 3.3 0 0 1 6.6 0c0 1.8.2 3 1.2 4zM6.8 13.6a1.3 1.3 0 0 0 2.4 0"
            }
            Sign::Lock => "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
        }
    }

    fn filled(self) -> bool {
        matches!(self, Sign::Triangle | Sign::Square | Sign::Circle | Sign::Up | Sign::Down)
    }
}

/// Draws a pictogram. It is hidden from screen readers: the text beside it says the same.
pub(crate) fn sign(sign: Sign) -> impl IntoView {
    view! {
        <svg class="sign" class:is-filled=sign.filled() viewBox="0 0 16 16" aria-hidden="true">
            <path d=sign.path() />
        </svg>
    }
}

/// The shape of a priority.
pub(crate) fn priority_sign(priority: Priority) -> impl IntoView {
    sign(match priority {
        Priority::P1 => Sign::Triangle,
        Priority::P2 => Sign::Square,
        Priority::P3 => Sign::Circle,
    })
}
