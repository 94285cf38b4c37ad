extension ScenarioLibrary {
  /// What a cluster does when it is left alone.
  static let noFault = [
    """
    name: none
    summary: No fault at all; the control.
    tail: 10s
    steps: []
    expect: "run:valid"
    """
  ]
}
