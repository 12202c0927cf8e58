//! Whole ways, from records and messages' bytes to messages' bytes and events.

mod answers;
mod first;
mod outbox;
mod plan;
mod register;
mod world;
