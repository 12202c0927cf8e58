//! Patterns of XML Schema as byte automata.
