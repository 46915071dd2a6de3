//! Which server is looked at.

use std::fs;

use tollbar::challenge::{RelayMode, RelayedResource};
use url::Url;

use super::{arguments::CheckArguments, error::RelayError};
use crate::{
    config::{Admission, ProxySettings, Secrets, Settings, nearest},
    configuration,
};

/// Where the gateway listens that nobody has configured, and the usual path.
const USUAL: &str = "http://127.0.0.1:8080/mcp";

/// The server that is looked at.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) resource: RelayedResource,
    pub(super) upstream: Url,
    pub(super) public_url: Url,
    /// The mode that was asked for; `None` for one that fits.
    pub(super) mode: Option<RelayMode>,
    /// The name of the proxy, where it is one of the configuration.
    pub(super) proxy: Option<String>,
    /// What its plans take to come as far as to the server.
    pub(super) admission: Admission,
}

impl Target {
    /// The server that the command line names.
    pub(super) fn of(arguments: &CheckArguments) -> Result<Self, RelayError> {
        match (&arguments.proxy, &arguments.url) {
            (None, Some(url)) => Self::named(arguments, &url.0.0),
            // One of the two is there, as the arguments demand.
            (name, _) => Self::configured(arguments, name.as_deref().unwrap_or_default()),
        }
    }

    fn named(arguments: &CheckArguments, upstream: &Url) -> Result<Self, RelayError> {
        let public_url = match &arguments.public_url {
            Some(url) => url.0.0.clone(),
            None => Url::parse(USUAL)?,
        };
        let configured = !arguments.authorization_server.is_empty();
        let mode = match arguments.mode {
            Some(mode) => Some(mode.into()),
            // That is what they are named for.
            None => configured.then_some(RelayMode::Synthesised),
        };
        let mut builder = RelayedResource::builder(public_url.clone(), upstream.clone())
            .allow_plain_http(arguments.allow_http);
        if let Some(mode) = mode {
            builder = builder.mode(mode);
        }
        if let Some(identifier) = &arguments.identifier {
            builder = builder.identifier(identifier.0.0.clone());
        }
        for origin in &arguments.metadata_origin {
            builder = builder.allow_origin(origin.0.0.origin().ascii_serialization());
        }
        for issuer in &arguments.authorization_server {
            builder = builder.authorization_server(issuer.as_str());
        }
        if let Some(path) = &arguments.ca_file {
            let pem = fs::read(path).map_err(|error| RelayError::Authorities {
                path: path.clone(),
                error,
            })?;
            builder = builder.ca_pem(pem);
        }
        Ok(Self {
            resource: builder.build()?,
            upstream: upstream.clone(),
            public_url,
            mode,
            proxy: None,
            admission: Admission::default(),
        })
    }

    fn configured(arguments: &CheckArguments, name: &str) -> Result<Self, RelayError> {
        let settings = configuration::find(arguments.config.clone(), Secrets::Optional)?;
        let proxy = find(&settings, name)?;
        let Some(relay) = &proxy.relay else {
            return Err(RelayError::NoRelay(name.to_owned()));
        };
        let listener = &settings.listener;
        let public_url = listener.public_url(&proxy.section, listener.address.0.0)?;
        let resource = relay.resource(&public_url, settings.proxies.len() == 1)?;
        Ok(Self {
            mode: Some(resource.mode()),
            resource,
            upstream: proxy.upstream.url().clone(),
            public_url,
            proxy: Some(name.to_owned()),
            admission: proxy.admission(),
        })
    }
}

fn find<'a>(settings: &'a Settings, name: &str) -> Result<&'a ProxySettings, RelayError> {
    let names = || settings.proxies.iter().map(ProxySettings::name);
    let mut proxies = settings.proxies.iter();
    proxies
        .find(|proxy| proxy.name() == name)
        .ok_or_else(|| RelayError::Unknown {
            name: name.to_owned(),
            hint: match nearest(name, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    let names: Vec<String> = names().map(|name| format!("`{name}`")).collect();
                    format!("it has {}", names.join(", "))
                }
            },
        })
}
