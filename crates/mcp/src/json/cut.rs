//! Taking parts out of an array or an object.

use std::ops::Range;

use super::{Kind, Slice};

impl<'a> Slice<'a> {
    /// The places to cut out, so that only those elements of an array, or members of an object, are left that `keep`
    /// wants. It gets the decoded key (`None` in an array) and the value.
    ///
    /// One comma goes with each part, and neighbours go in one cut, so that what is left is JSON again. Order and all
    /// other bytes stay. Nothing is cut from other kinds of values.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollbar_mcp::json::Slice;
    ///
    /// let object = Slice::new(r#"{"a":1,"b":2,"c":3}"#);
    /// assert_eq!(object.cuts(|key, _| key == Some("b")), [1..7, 12..18]);
    /// assert!(object.cuts(|_, _| true).is_empty());
    /// ```
    #[must_use]
    pub fn cuts(&self, mut keep: impl FnMut(Option<&str>, &Self) -> bool) -> Vec<Range<usize>> {
        let mut cutter = Cutter::default();
        match self.kind() {
            Some(Kind::Array) => {
                for element in self.elements() {
                    cutter.pass(element.span(), keep(None, &element));
                }
            }
            Some(Kind::Object) => {
                for (key, value) in self.raw_members() {
                    let name = key.as_str().unwrap_or_default();
                    let span = key.span().start..value.span().end;
                    cutter.pass(span, keep(Some(&name), &value));
                }
            }
            _ => {}
        }
        cutter.finish()
    }
}

/// Gathers cuts from the front to the end.
#[derive(Default)]
struct Cutter {
    cuts: Vec<Range<usize>>,
    /// Where the last part that stays ends.
    kept: Option<usize>,
    /// The parts that go, since then.
    going: Option<Range<usize>>,
}

impl Cutter {
    fn pass(&mut self, span: Range<usize>, stays: bool) {
        if !stays {
            let start = self.going.take().map_or(span.start, |going| going.start);
            self.going = Some(start..span.end);
            return;
        }
        if let Some(going) = self.going.take() {
            // At the front the comma behind goes with them, elsewhere the one before.
            self.cuts.push(match self.kept {
                Some(kept) => kept..going.end,
                None => going.start..span.start,
            });
        }
        self.kept = Some(span.end);
    }

    fn finish(mut self) -> Vec<Range<usize>> {
        if let Some(going) = self.going.take() {
            self.cuts.push(self.kept.unwrap_or(going.start)..going.end);
        }
        self.cuts
    }
}

#[cfg(test)]
mod tests {
    use super::Slice;

    fn left(text: &str, keep: impl Fn(Option<&str>, &Slice<'_>) -> bool) -> String {
        let mut left = text.to_owned();
        for cut in Slice::new(text).cuts(keep).into_iter().rev() {
            left.replace_range(cut, "");
        }
        left
    }

    #[test]
    fn what_is_left_of_an_array_is_an_array() {
        for (bits, expected) in [
            (0b000, "[ ]"),
            (0b001, "[ 1 ]"),
            (0b010, "[ 2 ]"),
            (0b100, "[ 3 ]"),
            (0b011, "[ 1 , 2 ]"),
            (0b101, "[ 1 , 3 ]"),
            (0b110, "[ 2 , 3 ]"),
            (0b111, "[ 1 , 2 , 3 ]"),
        ] {
            let keep = |_: Option<&str>, element: &Slice<'_>| {
                let number = element.as_i64().unwrap();
                bits >> (number - 1) & 1 == 1
            };
            let left = left("[ 1 , 2 , 3 ]", keep);
            let squeezed = left.replace(' ', "");
            assert_eq!(squeezed, expected.replace(' ', ""), "{bits:03b}: `{left}`");
        }
    }

    #[test]
    fn members_are_found_by_their_decoded_key() {
        let object = r#"{"s\u0061fe": {"deep": [1]}, "gone":"a,}]", "last":0}"#;
        let keep = |key: Option<&str>, _: &Slice<'_>| key != Some("gone");
        assert_eq!(
            left(object, keep),
            r#"{"s\u0061fe": {"deep": [1]}, "last":0}"#
        );
        assert_eq!(left(object, |_, _| false), "{}");
        assert_eq!(left("7", |_, _| false), "7");
    }
}
