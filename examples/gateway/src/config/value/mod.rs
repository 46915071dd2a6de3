//! Values that are written as text: durations, sizes, addresses, URLs and names.
//!
//! Each has one reader, which the schema's `format`, the check of a file and the deserializer share,
//! so that the three cannot disagree.

mod address;
mod age;
mod amount;
mod audience;
mod destination;
mod disk_size;
mod duration;
mod filter;
mod glob;
mod header_field;
mod host;
mod interval;
mod issuer;
mod name;
mod network;
mod origin;
mod route;
mod rule_name;
mod scope;
mod separator;
mod share;
mod size;
mod text;
mod url;

use std::time::Duration;

use tollbar::core::Network;

pub(crate) use self::{
    address::ListenAddress,
    age::Age,
    audience::{AnyAudience, AudienceName},
    destination::Destination,
    disk_size::DiskSize,
    filter::Filter,
    glob::{Expression, Glob},
    header_field::HeaderField,
    host::Host,
    interval::Interval,
    issuer::{EndpointUrl, Issuer},
    name::{PlanName, ProxyName, ServerName},
    origin::{Origin, ServerOrigin},
    route::RoutePath,
    rule_name::RuleName,
    scope::Scope,
    separator::Separator,
    share::Share,
    size::Size,
    text::{Complaint, Leaf, Text},
    url::{PublicUrl, ReceiverUrl, ResourceUrl, TokenUrl, UpstreamUrl, is_loopback},
};

/// What is wrong with a text of this format, when something is. Formats that are not ours are not
/// judged.
pub(super) fn complain(format: &str, text: &str) -> Option<Complaint> {
    fn read<T: Leaf>(text: &str) -> Option<Complaint> {
        let complaint = T::read(text).err()?;
        Some(complaint.about(text))
    }
    let reader = match format {
        Age::FORMAT => read::<Age>,
        AnyAudience::FORMAT => read::<AnyAudience>,
        AudienceName::FORMAT => read::<AudienceName>,
        Destination::FORMAT => read::<Destination>,
        DiskSize::FORMAT => read::<DiskSize>,
        EndpointUrl::FORMAT => read::<EndpointUrl>,
        Expression::FORMAT => read::<Expression>,
        Filter::FORMAT => read::<Filter>,
        Glob::FORMAT => read::<Glob>,
        HeaderField::FORMAT => read::<HeaderField>,
        Host::FORMAT => read::<Host>,
        Interval::FORMAT => read::<Interval>,
        Issuer::FORMAT => read::<Issuer>,
        ListenAddress::FORMAT => read::<ListenAddress>,
        Origin::FORMAT => read::<Origin>,
        <Network as Leaf>::FORMAT => read::<Network>,
        PlanName::FORMAT => read::<PlanName>,
        ProxyName::FORMAT => read::<ProxyName>,
        PublicUrl::FORMAT => read::<PublicUrl>,
        ReceiverUrl::FORMAT => read::<ReceiverUrl>,
        ResourceUrl::FORMAT => read::<ResourceUrl>,
        RoutePath::FORMAT => read::<RoutePath>,
        RuleName::FORMAT => read::<RuleName>,
        Scope::FORMAT => read::<Scope>,
        Separator::FORMAT => read::<Separator>,
        ServerOrigin::FORMAT => read::<ServerOrigin>,
        ServerName::FORMAT => read::<ServerName>,
        Share::FORMAT => read::<Share>,
        Size::FORMAT => read::<Size>,
        TokenUrl::FORMAT => read::<TokenUrl>,
        UpstreamUrl::FORMAT => read::<UpstreamUrl>,
        <Duration as Leaf>::FORMAT => read::<Duration>,
        _ => return None,
    };
    reader(text)
}
