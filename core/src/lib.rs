//! azrkit: data exchange with the central register of foreigners by the XÖV standards.
