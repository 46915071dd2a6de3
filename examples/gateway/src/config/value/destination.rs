//! Where the exchange log goes.

use std::path::PathBuf;

use super::{Complaint, Leaf};

/// Where the exchange log goes: one JSON object per line for every exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// To standard output, which carries nothing but JSON lines.
    Stdout,
    /// Appended to this file.
    File(PathBuf),
    /// Nowhere.
    Off,
}

impl Leaf for Destination {
    const FORMAT: &'static str = "log-destination";
    const EXAMPLE: &'static str = "-";

    fn read(text: &str) -> Result<Self, Complaint> {
        match text {
            "-" => Ok(Self::Stdout),
            "off" => Ok(Self::Off),
            "" => Err(Complaint::new(
                "there is nothing here",
                "write `-` for standard output, `off`, or the path of a file",
            )),
            path => Ok(Self::File(path.into())),
        }
    }

    fn write(&self) -> String {
        match self {
            Self::Stdout => "-".to_owned(),
            Self::Off => "off".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }
}
