//! Values that are written as text: durations, sizes, addresses, URLs and names.
//!
//! Each has one reader, which the schema's `format`, the check of a file and the deserializer share,
//! so that the three cannot disagree.

mod address;
mod destination;
mod duration;
mod filter;
mod glob;
mod header_field;
mod host;
mod interval;
mod name;
mod network;
mod origin;
mod route;
mod rule_name;
mod scope;
mod size;
mod text;
mod url;

use std::time::Duration;

use tollbar::core::Network;

pub(crate) use self::{
    address::ListenAddress,
    destination::Destination,
    filter::Filter,
    glob::{Expression, Glob},
    header_field::HeaderField,
    host::Host,
    interval::Interval,
    name::{PlanName, ProxyName},
    origin::Origin,
    route::RoutePath,
    rule_name::RuleName,
    scope::Scope,
    size::Size,
    text::{Complaint, Leaf, Text},
    url::{PublicUrl, TokenUrl, UpstreamUrl},
};

/// What is wrong with a text of this format, when something is. Formats that are not ours are not
/// judged.
pub(super) fn complain(format: &str, text: &str) -> Option<Complaint> {
    fn read<T: Leaf>(text: &str) -> Option<Complaint> {
        let complaint = T::read(text).err()?;
        Some(complaint.about(text))
    }
    let reader = match format {
        Destination::FORMAT => read::<Destination>,
        Expression::FORMAT => read::<Expression>,
        Filter::FORMAT => read::<Filter>,
        Glob::FORMAT => read::<Glob>,
        HeaderField::FORMAT => read::<HeaderField>,
        Host::FORMAT => read::<Host>,
        Interval::FORMAT => read::<Interval>,
        ListenAddress::FORMAT => read::<ListenAddress>,
        Origin::FORMAT => read::<Origin>,
        <Network as Leaf>::FORMAT => read::<Network>,
        PlanName::FORMAT => read::<PlanName>,
        ProxyName::FORMAT => read::<ProxyName>,
        PublicUrl::FORMAT => read::<PublicUrl>,
        RoutePath::FORMAT => read::<RoutePath>,
        RuleName::FORMAT => read::<RuleName>,
        Scope::FORMAT => read::<Scope>,
        Size::FORMAT => read::<Size>,
        TokenUrl::FORMAT => read::<TokenUrl>,
        UpstreamUrl::FORMAT => read::<UpstreamUrl>,
        <Duration as Leaf>::FORMAT => read::<Duration>,
        _ => return None,
    };
    reader(text)
}
