# The two sets of packages that every script builds. Which features a library is built with
# depends on the packages named in one command, so a step that named others would build the
# engine a second time. Sourced by scripts/test and .ci/run.

# Build and test in seconds, in the dev profile.
PURE=(
  -p shelfcast-retail
  -p shelfcast-forecast
  -p shelfcast-inventory
  -p shelfcast-replay
  -p shelfcast-charts
  -p shelfcast-report
  -p shelfcast-world
  -p shelfcast-sources
  -p shelfcast-contracts
  -p shelfcast-series
  -p xtask
  --features shelfcast-world/arrow
)

# Link the query engine, which is built in the release profile only.
ENGINE=(
  -p shelfcast
  -p shelfcast-pipeline
  -p shelfcast-engine
  -p shelfcast-lake
  -p shelfcast-functions
)
