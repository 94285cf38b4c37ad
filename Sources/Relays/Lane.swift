import Environment

/// One direction of a link: what stops or shapes it, and what went through.
struct Lane {
  /// Whether the direction is cut or one of its ends silenced.
  private(set) var isStalled = false
  /// Whether the direction stands still for a stall of its shape.
  private(set) var standsStill = false
  private(set) var shaper: Shaper?
  private var forwarded: UInt64 = 0
  private var forwardedAtStall: UInt64?
  private var tally = HoldTally()

  /// What a call of `set` was to the lane's flows.
  enum Change {
    case none
    /// They move no more than before.
    case less
    /// They may move now what they could not before.
    case more
  }

  var gate: FlowGate { isStalled || standsStill ? .stalled : .open }

  /// Stalls, opens, shapes or frees the lane.
  mutating func set(stalled: Bool, shaper: Shaper?) -> Change {
    let before = (gate, standsStill)
    let isReshaped = shaper !== self.shaper
    if stalled && !isStalled { forwardedAtStall = forwarded }
    isStalled = stalled
    standsStill = shaper?.standsStill ?? false
    if isReshaped {
      self.shaper = shaper
      tally = HoldTally()
    }
    if (gate, standsStill) == before && !isReshaped { return .none }
    // Where the direction moves again, handshakes do as well, even if its bytes are cut.
    return gate == .open || before.1 && !standsStill ? .more : .less
  }

  /// Takes note of what a flow did.
  mutating func note(_ moved: Flow.Moved) {
    forwarded += UInt64(moved.bytes)
    tally.add(moved.tally)
  }

  func status(held: Int, at now: Instant) -> FlowStatus {
    FlowStatus(
      isStalled: isStalled, forwarded: forwarded,
      forwardedSinceStall: forwardedAtStall.map { forwarded - $0 } ?? 0, held: UInt64(held),
      shape: shaper?.status(tally, at: now))
  }
}
