//! What the command line says about a configuration.

use super::{
    section::{Admin, File, LogFormat},
    value::{Destination, Filter, ListenAddress, PublicUrl, Text},
};

/// Flags that go before the configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) listen: Option<Text<ListenAddress>>,
    pub(crate) admin: Option<Text<ListenAddress>>,
    pub(crate) public_url: Option<Text<PublicUrl>>,
    pub(crate) allow_unauthenticated: bool,
    pub(crate) log: Option<Text<Filter>>,
    pub(crate) log_format: Option<LogFormat>,
    pub(crate) log_exchanges: Option<Text<Destination>>,
}

impl Overrides {
    /// Puts what was given in the place of what was written.
    pub(super) fn apply(&self, file: &mut File) {
        if let Some(address) = &self.listen {
            file.listener.address = address.clone();
        }
        if let Some(address) = &self.admin {
            file.admin.get_or_insert_with(Admin::default).address = address.clone();
        }
        if let Some(url) = &self.public_url {
            file.listener.public_url = Some(url.clone());
        }
        if self.allow_unauthenticated {
            file.listener.allow_unauthenticated = true;
            if let Some(admin) = &mut file.admin {
                admin.allow_unauthenticated = true;
            }
        }
        if let Some(filter) = &self.log {
            file.log.filter = filter.clone();
        }
        if let Some(format) = self.log_format {
            file.log.format = format;
        }
        if let Some(destination) = &self.log_exchanges {
            file.log.exchanges = destination.clone();
            // A path on the command line is meant from where the command is given, not from the file.
            if let Destination::File(path) = &mut file.log.exchanges.0
                && let Ok(absolute) = std::path::absolute(&*path)
            {
                *path = absolute;
            }
        }
    }
}
