//! Attributes that are known by name.

/// Object identifier, name, and other names by which programs know it.
const KNOWN: &[(&str, &str, &[&str])] = &[
    // RFC 4514 section 3.
    ("2.5.4.3", "CN", &["commonName"]),
    ("2.5.4.6", "C", &["countryName"]),
    ("2.5.4.7", "L", &["localityName"]),
    ("2.5.4.8", "ST", &["stateOrProvinceName"]),
    ("2.5.4.9", "STREET", &["streetAddress"]),
    ("2.5.4.10", "O", &["organizationName"]),
    ("2.5.4.11", "OU", &["organizationalUnitName"]),
    ("0.9.2342.19200300.100.1.1", "UID", &["userId"]),
    ("0.9.2342.19200300.100.1.25", "DC", &["domainComponent"]),
    // What else certificates have, by the names of OpenSSL.
    ("2.5.4.4", "SN", &["surname"]),
    ("2.5.4.5", "serialNumber", &[]),
    ("2.5.4.12", "title", &[]),
    ("2.5.4.42", "GN", &["givenName"]),
    ("2.5.4.43", "initials", &[]),
    ("2.5.4.44", "generationQualifier", &[]),
    ("2.5.4.46", "dnQualifier", &[]),
    ("2.5.4.65", "pseudonym", &[]),
    ("2.5.4.97", "organizationIdentifier", &[]),
    ("1.2.840.113549.1.9.1", "emailAddress", &["E", "email"]),
];

/// The name of an attribute.
pub(super) fn name_of(identifier: &str) -> Option<&'static str> {
    let mut known = KNOWN.iter();
    known.find_map(|(known, name, _)| (*known == identifier).then_some(*name))
}

/// The name under which an attribute is written here, whatever it is called (without regard to case).
pub(super) fn named(name: &str) -> Option<&'static str> {
    let mut known = KNOWN.iter();
    known.find_map(|(_, first, others)| {
        let mut names = std::iter::once(first).chain(*others);
        let is_called = names.any(|known| known.eq_ignore_ascii_case(name));
        is_called.then_some(*first)
    })
}
