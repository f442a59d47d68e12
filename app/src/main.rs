//! The program's commands. Everything but `serve` works beside a running `serve` and without one.

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// One self-hosted program for people who sell professional services.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages and API until told to stop.
    Serve {
        /// Fill an empty installation with the demo world first (not in production).
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database to this version.
    Migrate,
    /// Fill an empty installation with the demo world.
    Demo,
    /// Prove every invariant from the database; fails on the first fault, naming it.
    Check,
    /// Tell whether `serve` would work here; fails naming the first fault.
    Preflight,
    /// Write things out.
    Export {
        #[command(subcommand)]
        what: Export,
    },
    /// Show the level of the logs, or set it for all processes that run: `info,kernel=debug`.
    LogLevel {
        /// The new level.
        #[arg(conflicts_with = "usual")]
        level: Option<String>,
        /// Give each process the level back that it was told at its start.
        #[arg(long)]
        usual: bool,
    },
    /// Try deliveries and jobs again that were given up.
    Retry,
    /// Operators of this installation.
    Operator {
        #[command(subcommand)]
        what: Operator,
    },
    /// List what the payment provider told that names nothing of any workspace.
    ProviderEvents {
        /// Process this one again first.
        #[arg(long)]
        replay: Option<String>,
    },
    /// Run the payment simulator (development and test).
    Simulator,
    /// Print every route with what it declares.
    Routes {
        /// As JSON, for sweeps.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum Export {
    /// All books as a plain-text journal for hledger, to standard output.
    Journal,
}

#[derive(Subcommand)]
enum Operator {
    /// Make the first operator; prints a one-time link.
    Create {
        /// The operator's address.
        #[arg(long)]
        email: String,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // One provider of cryptography for everything that speaks TLS.
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        eprintln!("guildhall: the cryptography provider was installed twice");
        return ExitCode::FAILURE;
    }
    guildhall::log::begin();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("guildhall: {error}");
            return ExitCode::FAILURE;
        }
    };
    let result = runtime.block_on(async {
        use guildhall::{child, commands, config, preflight, serve};
        match arguments.command {
            Command::Serve { demo } => serve::run(config::read()?, demo).await,
            Command::Migrate => commands::migrate(config::read()?).await,
            Command::Demo => commands::demo(config::read()?).await,
            Command::Check => commands::check(config::read()?).await,
            Command::Preflight => preflight::run(config::read()?).await,
            Command::Export {
                what: Export::Journal,
            } => commands::export_journal(config::read()?).await,
            Command::Operator {
                what: Operator::Create { email },
            } => commands::operator(config::read()?, &email).await,
            Command::LogLevel { level, usual } => {
                commands::log_level(config::read()?, level.as_deref(), usual).await
            }
            Command::Retry => commands::retry(config::read()?).await,
            Command::ProviderEvents { replay } => {
                commands::provider_events(config::read()?, replay.as_deref()).await
            }
            Command::Simulator => child::run().await,
            Command::Routes { json } => commands::routes(json),
        }
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    guildhall::log::flush();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("guildhall: {error:#}");
            ExitCode::FAILURE
        }
    }
}
