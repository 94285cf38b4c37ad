extension ScenarioLibrary {
  /// What happens to the processes of nodes.
  static let processFaults = [
    """
    name: pause-leader
    summary: Stop the leader's process for 15 s, let it go on, kill it, start it again.
    # It wakes up as master beside the one that was promoted meanwhile. Only a restart ends that
    # split under ignore.
    partition-handling: ignore
    tail: 12s
    steps:
      - at: 8s..10s
        fault: pause
        target: leader of mirrored
      - after: 15s
        fault: resume
        target: step 0
      - after: 5s
        fault: kill
        target: step 0
      - after: 4s
        fault: start
        target: step 0
    expect: "mirrored:lost>0 quorum:lost=0"
    """,
    """
    name: kill-leader
    summary: Kill the leader's process and start it again.
    tail: 12s
    steps:
      - at: 8s..10s
        fault: kill
        target: leader of mirrored
      - after: 4s
        fault: start
        target: step 0
    expect: "mirrored:lost=0 quorum:lost=0"
    """,
    """
    name: kill-all
    summary: Kill all nodes at once and start them together.
    tail: 30s
    steps:
      - at: 8s..10s
        fault: kill
        target: all
      - after: 4s
        fault: start
        target: all
    expect: "mirrored:lost=0 quorum:lost=0"
    """,
    """
    name: restart-leader
    summary: Stop the leader's node in order and start it again.
    tail: 30s
    steps:
      - at: 8s..10s
        fault: restart
        target: leader of mirrored
    expect: "quorum:lost=0"
    """,
    """
    name: kill-host
    summary: Take the leader's host off the network with all that it held, then start it again.
    # Nobody is told that its connections are gone: the others notice after the net-tick.
    tail: 12s
    steps:
      - at: 8s..10s
        fault: kill-host
        target: leader of mirrored
      - after: 12s
        fault: start
        target: step 0
    expect: "quorum:lost=0"
    """,
  ]
}
