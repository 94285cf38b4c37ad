extension ScenarioLibrary {
  /// What happens to the links between three nodes.
  static let networkFaults = [
    """
    name: one-way
    summary: Let nothing pass from the leader's node for 14 s, heal, kill it, start it again.
    partition-handling: ignore
    tail: 12s
    steps:
      - at: 8s..10s
        fault: one-way
        target: leader of mirrored
      - after: 14s..15s
        fault: heal
      - after: 3s
        fault: kill
        target: step 0
      - after: 4s
        fault: start
        target: step 0
    expect: "quorum:lost=0"
    """,
    """
    name: slow-links
    summary: Make the links around the leader's node slow, narrow and unsteady for 20 s.
    tail: 12s
    steps:
      - at: 8s..10s
        fault: slow-links
        target: leader of mirrored
        conditions:
          delay: 100ms
          jitter: 50ms
          bytes-per-second: 1000000
          stall-every: 5s
          stall-for: 1s
      - after: 20s
        fault: heal
    expect: "quorum:lost=0"
    """,
  ]
}
