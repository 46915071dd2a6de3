//! The documents: twelve short chapters that never change, and a picture.

use rmcp::model::{Resource, ResourceContents};

/// URIs of documents are this and a number from 1.
pub(super) const PREFIX: &str = "demo://documents/";

/// URI of the picture.
pub(super) const PICTURE_URI: &str = "demo://picture.png";

/// A toll bar by the roadside: a PNG of 24 by 24 pixels, in base64.
pub(super) const PICTURE: &str = concat!(
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAIAAABvFaqvAAAAVUlEQVR42mPYd+crVRDDqEF0N8jGxg2ChpNBJxQ0IOgX",
    "EoALEi/OQBVToAZRbgrIIKqYgmIQJaYAuQxUMQVk0DBOkKMGETYorycKiOAGQbhkIKoZBAA1FPvr2yuCtwAAAABJRU5Erk",
    "Jggg==",
);

const MARKDOWN: &str = "text/markdown";

/// One chapter of "The Toll Keeper's Handbook".
#[derive(Debug)]
pub(super) struct Document {
    title: &'static str,
    text: &'static str,
}

/// All chapters; the first has the number 1.
pub(super) const DOCUMENTS: &[Document] = &[
    Document {
        title: "The bar",
        text: "A toll bar is a beam across the road. It stops everybody for a moment, and nobody for long.",
    },
    Document {
        title: "The keeper",
        text: "The keeper asks the same questions of every carriage, and is polite to all of them.",
    },
    Document {
        title: "The ticket",
        text: "A ticket names its bearer. A ticket that names nobody opens the bar for whoever finds it.",
    },
    Document {
        title: "The season pass",
        text: "Who passes daily buys a season pass. It ends on a day that is written on it.",
    },
    Document {
        title: "The tariff",
        text: "What is carried decides what is paid: a basket of eggs is not a load of stone.",
    },
    Document {
        title: "The forbidden load",
        text: "Some loads may not pass at any price. The keeper does not say which, to those who carry none.",
    },
    Document {
        title: "The queue",
        text: "When too many come at once, they are told when to come back, and most of them do.",
    },
    Document {
        title: "The day book",
        text: "Every carriage is written down: when it came, who drove it, what it wanted, what it got.",
    },
    Document {
        title: "The side road",
        text: "There is no side road. If there is one, there is no toll bar.",
    },
    Document {
        title: "The return journey",
        text: "What comes back is looked at too. A cart may leave empty and return with a stowaway.",
    },
    Document {
        title: "The night",
        text: "At night the bar is down. A keeper who cannot see opens to nobody.",
    },
    Document {
        title: "The new keeper",
        text: "Change the lock when the keeper changes, and let the old keys work for one day more.",
    },
];

impl Document {
    /// The chapter of a number, as written in URIs: decimal, without leading zeros.
    pub(super) fn find(number: &str) -> Option<(usize, &'static Self)> {
        DOCUMENTS
            .iter()
            .enumerate()
            .map(|(index, document)| (index + 1, document))
            .find(|(known, _)| known.to_string() == number)
    }

    /// How the chapter of that number stands in the list of resources.
    pub(super) fn entry(&self, number: usize) -> Resource {
        Resource::new(format!("{PREFIX}{number}"), format!("chapter-{number}"))
            .with_title(self.title)
            .with_description(format!("Chapter {number} of the toll keeper's handbook"))
            .with_mime_type(MARKDOWN)
            .with_size(self.markdown().len() as u64)
    }

    /// The text of the chapter.
    pub(super) fn contents(&self, number: usize) -> ResourceContents {
        ResourceContents::text(self.markdown(), format!("{PREFIX}{number}"))
            .with_mime_type(MARKDOWN)
    }

    fn markdown(&self) -> String {
        format!("# {}\n\n{}\n", self.title, self.text)
    }
}
