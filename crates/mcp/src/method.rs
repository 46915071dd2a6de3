//! Methods by name.

use std::fmt;

use crate::Era;

/// Writes the enum, its names and its lookup from one list, so that they cannot drift apart.
macro_rules! methods {
    ($($(#[$attribute:meta])* $variant:ident = $name:literal,)*) => {
        /// What a message asks for, or tells.
        ///
        /// Compared byte for byte with the decoded `method` member: `Tools/Call` is [`Other`](Self::Other).
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Method {
            $($(#[$attribute])* #[doc = concat!("`", $name, "`.")] $variant,)*
            /// Any other method, by its decoded name. A policy that does not know it should deny it.
            Other(Box<str>),
        }

        impl Method {
            /// The name on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Other(name) => name,
                }
            }

            /// All methods that some revision has.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant,)*];

            /// Whether some revision has this method.
            #[must_use]
            pub const fn is_known(&self) -> bool {
                !matches!(self, Self::Other(_))
            }

            /// Finds the method of this name.
            #[must_use]
            pub fn parse(name: &str) -> Self {
                match name {
                    $($name => Self::$variant,)*
                    _ => Self::Other(name.into()),
                }
            }
        }
    };
}

methods! {
    Initialize = "initialize",
    Ping = "ping",
    ServerDiscover = "server/discover",
    ToolsList = "tools/list",
    ToolsCall = "tools/call",
    ResourcesList = "resources/list",
    ResourceTemplatesList = "resources/templates/list",
    ResourcesRead = "resources/read",
    ResourcesSubscribe = "resources/subscribe",
    ResourcesUnsubscribe = "resources/unsubscribe",
    SubscriptionsListen = "subscriptions/listen",
    PromptsList = "prompts/list",
    PromptsGet = "prompts/get",
    CompletionComplete = "completion/complete",
    LoggingSetLevel = "logging/setLevel",
    TasksList = "tasks/list",
    TasksGet = "tasks/get",
    TasksResult = "tasks/result",
    TasksUpdate = "tasks/update",
    TasksCancel = "tasks/cancel",
    NotificationInitialized = "notifications/initialized",
    NotificationCancelled = "notifications/cancelled",
    NotificationProgress = "notifications/progress",
    NotificationRootsListChanged = "notifications/roots/list_changed",
    NotificationTasksStatus = "notifications/tasks/status",
}

impl Method {
    /// Whether this is a notification's name; `None` when the method is not known.
    pub(crate) fn is_notification(&self) -> Option<bool> {
        match self {
            Self::NotificationInitialized
            | Self::NotificationCancelled
            | Self::NotificationProgress
            | Self::NotificationRootsListChanged
            | Self::NotificationTasksStatus => Some(true),
            Self::Other(_) => None,
            _ => Some(false),
        }
    }

    /// Whether an era has dropped this method, so that its servers answer 404 and -32601.
    pub(crate) fn is_removed_in(&self, era: Era) -> bool {
        era == Era::Modern
            && matches!(
                self,
                Self::Initialize
                    | Self::Ping
                    | Self::LoggingSetLevel
                    | Self::ResourcesSubscribe
                    | Self::ResourcesUnsubscribe
            )
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
