//! One binary: a real server on port 0, real clients.
