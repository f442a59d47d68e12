//! Rebuilds this crate when a migration is added: the macro that embeds them sees only files it knew.
fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
