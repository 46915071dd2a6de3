//! Stacks with access rules.

use std::{
    sync::OnceLock,
    task::{Context, Poll},
};

use http::Request;
use tollbar::{
    acl::{Access, AclLayer, Feature, Rule, Rules},
    core::{
        Body, Guarded,
        frame::{Frame, FrameLayer},
    },
    plan::Plans,
};
use tower::{Layer as _, Service};

use super::{
    answer::{Answer, Memory},
    keyed::{Keyed, plans},
    layers::Stack,
};

/// Who asks by key, what is asked, and whether they may, by ten rules.
pub(crate) type Ruled = Guarded<Frame<Guarded<Memory, Access>>, Plans>;

impl Stack for Ruled {
    fn around(server: Memory) -> Self {
        static RULES: OnceLock<AclLayer> = OnceLock::new();
        behind_a_plan(RULES.get_or_init(|| acl(&[])), server)
    }

    fn admit(request: &mut Request<Body>) {
        Keyed::admit(request);
    }
}

/// The same, but a fifth of the tools is denied.
#[derive(Clone)]
pub(crate) struct Thinned(Ruled);

impl Stack for Thinned {
    fn around(server: Memory) -> Self {
        static RULES: OnceLock<AclLayer> = OnceLock::new();
        let rules =
            RULES.get_or_init(|| acl(&[Rule::deny("a fifth").tools(["tool_*5", "tool_*0"])]));
        Self(behind_a_plan(rules, server))
    }

    fn admit(request: &mut Request<Body>) {
        Keyed::admit(request);
    }

    fn length(answer: Answer) -> usize {
        answer.length_without(|tool| tool.ends_with(['0', '5']))
    }
}

impl Service<Request<Body>> for Thinned {
    type Response = <Ruled as Service<Request<Body>>>::Response;
    type Error = <Ruled as Service<Request<Body>>>::Error;
    type Future = <Ruled as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Service::<Request<Body>>::poll_ready(&mut self.0, cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.0.call(request)
    }
}

fn behind_a_plan(acl: &AclLayer, server: Memory) -> Ruled {
    plans().layer(FrameLayer::new().layer(acl.layer(server)))
}

/// Ten rules as an operator might write them, of which one lets all tools of the bench through, and
/// these.
fn acl(more: &[Rule]) -> AclLayer {
    let teams = (0..8).map(|team| {
        let name = format!("team {team}");
        let tools = [format!("team_{team}_*")];
        Rule::allow(name)
            .keys([format!("key of team {team}")])
            .tools(tools)
    });
    let all = Rule::allow("all").tools(["search_*", "tool_*"]);
    let features = Rule::allow("features").features(Feature::ALL);
    let rules = teams.chain([all, features]).chain(more.iter().cloned());
    AclLayer::new(Rules::new(rules).unwrap())
}
