/// What the harness saw of itself so far in the run; what it could not see is nil, never zero.
public struct HarnessWatch: Hashable, Sendable {
  /// By how much the controller's event loop was late at worst.
  public var loopLag: Duration?
  /// By how much a relay was late at worst.
  public var relayLag: Duration?
  /// How much of the machine's processor time others took, in thousandths.
  public var stolenPerMille: UInt32?
  /// The load average of the last minute, in hundredths.
  public var loadHundredths: UInt32?

  /// A look of which only this is known.
  public init(
    loopLag: Duration? = nil, relayLag: Duration? = nil, stolenPerMille: UInt32? = nil,
    loadHundredths: UInt32? = nil
  ) {
    self.loopLag = loopLag
    self.relayLag = relayLag
    self.stolenPerMille = stolenPerMille
    self.loadHundredths = loadHundredths
  }
}

extension HarnessWatch: CustomStringConvertible {
  /// For people, e.g. `loop lag 3 ms, relay lag unknown, 0 ‰ stolen, load 1.25`.
  public var description: String {
    let lag = { (lag: Duration?) in
      lag.map { "\($0.wholeMilliseconds) ms" } ?? "unknown"
    }
    let load = loadHundredths.map { hundredths in
      let rest = hundredths % 100
      return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
    return "loop lag \(lag(loopLag)), relay lag \(lag(relayLag)), "
      + "\(stolenPerMille.map { "\($0) ‰" } ?? "an unknown share") stolen, "
      + "load \(load ?? "unknown")"
  }
}
