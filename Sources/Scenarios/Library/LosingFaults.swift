extension ScenarioLibrary {
  /// What mirrored queues are known to lose confirmed messages in.
  static let losingFaults = [
    """
    name: losing
    summary: Isolate the leader's node, heal, kill it, start it again.
    # The isolated master drops its mirrors after the net-tick and then confirms alone; what it
    # confirmed is thrown away when its node comes back.
    partition-handling: ignore
    net-tick: 5s
    tail: 12s
    steps:
      - at: 8s..10s
        fault: isolate
        target: leader of mirrored
      - after: 14s..15s
        fault: heal
      - after: 3s
        fault: kill
        target: step 0
      - after: 4s
        fault: start
        target: step 0
    expect: "mirrored:lost>0 quorum:valid"
    """,
    """
    name: late-mirror
    summary: Mirror a queue that has a backlog, kill the leader before its mirrors have it.
    # The mirrors get what is new only; one of them becomes master without the old messages. The
    # publishers are faster than the consumers: some 300 messages wait when the policy changes.
    mirroring: {replicas: 1, sync: manual, promote: always}
    workload: {name: queue, set: {publish-interval: 30ms, hold: 80ms}}
    tail: 12s
    steps:
      - at: 5s..6s
        fault: set-mirroring
        mirroring: {replicas: 0, sync: manual, promote: always}
      - after: 1500ms
        fault: kill
        target: leader of mirrored
      - after: 4s
        fault: start
        target: step 1
    expect: "mirrored:lost>0 quorum:valid"
    """,
    """
    name: autoheal
    summary: Isolate the leader's node under autoheal, then heal.
    # After the heal the losing side restarts and forgets what only it had confirmed.
    partition-handling: autoheal
    tail: 20s
    steps:
      - at: 8s..10s
        fault: isolate
        target: leader of mirrored
      - after: 25s
        fault: heal
    expect: "quorum:lost=0"
    """,
    """
    name: pause-minority
    summary: Isolate the leader's node under pause_minority, then heal.
    # The publish that waited for the mirrors is confirmed just before the node pauses.
    partition-handling: pause_minority
    tail: 20s
    steps:
      - at: 8s..10s
        fault: isolate
        target: leader of mirrored
      - after: 20s
        fault: heal
    expect: "quorum:lost=0"
    """,
  ]
}
