//! The built-in simple types of XML Schema.
