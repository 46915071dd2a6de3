//! Which machines are believed.

use tollbar::core::{InvalidNetwork, Network};

use super::{Complaint, Leaf};

impl Leaf for Network {
    const FORMAT: &'static str = "network";
    const EXAMPLE: &'static str = "10.0.0.0/8";

    fn read(text: &str) -> Result<Self, Complaint> {
        text.parse().map_err(|error| match error {
            InvalidNetwork::HostBits { given, network } => Complaint::new(
                format!("`{given}` has bits behind its prefix"),
                format!("write `{network}`"),
            ),
            _ => Complaint::new(
                format!("`{text}` is not a network"),
                "write an IP address, or one with a prefix length, such as `10.0.0.7` or \
                 `10.0.0.0/8`",
            ),
        })
    }

    fn write(&self) -> String {
        self.to_string()
    }
}
