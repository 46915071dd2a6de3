//! Which proxies a key opens.

use std::collections::BTreeSet;

/// Which proxies a key opens. `Default` opens none, which no store takes.
///
/// ```
/// use tollbar_plan::key::Proxies;
///
/// let proxies = Proxies::named(["weather", "news"]);
/// assert!(proxies.open(Some("news")));
/// assert!(!proxies.open(Some("stocks")));
/// // A door without a name is opened by keys for all proxies only.
/// assert!(!proxies.open(None));
/// assert!(Proxies::All.open(None));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proxies {
    /// Every one, those of the future too.
    All,
    /// Those of these names.
    Named(BTreeSet<String>),
}

impl Proxies {
    /// The proxies of these names.
    pub fn named<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Self {
        Self::Named(names.into_iter().map(Into::into).collect())
    }

    /// Whether they open the proxy of this name. `None` is a proxy without a name.
    #[must_use]
    pub fn open(&self, proxy: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => proxy.is_some_and(|proxy| names.contains(proxy)),
        }
    }
}

impl Default for Proxies {
    fn default() -> Self {
        Self::Named(BTreeSet::new())
    }
}
