//! In which ways exchanges are counted.

use super::row::Group;

/// A way in which exchanges are counted. Each exchange is in all of them.
///
/// Most questions are about long times and few things. The counts that know everything are too many for those: in a
/// busy minute nearly every exchange is a group of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Cube {
    /// Each minute, by all there is.
    Whole,
    /// Without subjects and consumers.
    Coarse,
    /// The same, for longer times.
    Hourly,
    /// Without consumers.
    Subject,
    /// Without methods, kinds of subjects, and subjects.
    Consumer,
}

impl Cube {
    /// All of them.
    pub(super) const ALL: [Self; 5] = [
        Self::Whole,
        Self::Coarse,
        Self::Hourly,
        Self::Subject,
        Self::Consumer,
    ];

    /// Those that are made out of [`Whole`](Self::Whole).
    pub(super) const DERIVED: [Self; 4] =
        [Self::Coarse, Self::Hourly, Self::Subject, Self::Consumer];

    /// What it is called in the table.
    pub(crate) const fn number(self) -> i64 {
        match self {
            Self::Whole => 0,
            Self::Coarse => 1,
            Self::Hourly => 2,
            Self::Subject => 3,
            Self::Consumer => 4,
        }
    }

    /// How many minutes are counted together. A series of the usual steps is made of whole ones.
    pub(crate) const fn span(self) -> i64 {
        match self {
            Self::Whole => 1,
            Self::Coarse => 5,
            Self::Hourly | Self::Subject | Self::Consumer => 60,
        }
    }

    /// The group that this one is counted in here.
    pub(super) fn group<'a>(self, group: &Group<'a>) -> Group<'a> {
        let mut group = group.clone();
        group.minute = self.begin(group.minute);
        if !matches!(self, Self::Whole | Self::Subject) {
            group.subject = "";
        }
        if !matches!(self, Self::Whole | Self::Consumer) {
            group.consumer = "";
        }
        if self == Self::Consumer {
            (group.method, group.subject_kind) = ("", "");
        }
        group
    }

    /// The first minute of what this one is counted with.
    pub(crate) const fn begin(self, minute: i64) -> i64 {
        minute.div_euclid(self.span()) * self.span()
    }
}
