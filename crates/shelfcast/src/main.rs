//! The `shelfcast` program: arguments in, one verb run, an exit code out.

mod arguments;
mod commands;
mod environment;
mod failure;
mod output;
mod report_data;

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(failure::report_panic));
    let arguments = arguments::Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("SHELFCAST_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("off")),
        )
        .with_writer(std::io::stderr)
        .init();
    let run = || -> anyhow::Result<failure::Outcome> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .thread_stack_size(16 << 20)
            .build()?;
        runtime.block_on(async {
            tokio::select! {
                outcome = commands::run(&arguments) => outcome,
                _ = tokio::signal::ctrl_c() => Err(failure::Interrupted.into()),
            }
        })
    };
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
        Ok(Ok(outcome)) => outcome.into(),
        Ok(Err(error)) => failure::report(&error),
        Err(_) => failure::COULD_NOT.into(),
    }
}
