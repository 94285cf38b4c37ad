/// Everything a session has to know before it starts.
package struct SessionConfiguration: Hashable, Sendable {
  /// The user for SASL PLAIN.
  package var user = "guest"
  /// The password for SASL PLAIN.
  package var password = "guest"
  /// The virtual host.
  package var virtualHost = "/"
  /// The name brokers show for the connection.
  package var connectionName = "stoat"
  /// The heartbeat to ask for, in whole seconds on the wire (rounded up); zero for none.
  ///
  /// A broker that wants a shorter one gets it. A peer that is silent for two of them is dead.
  package var heartbeat: Duration = .seconds(10)
  /// The largest frame to agree to, in bytes; at least `Frame.minimumSize`.
  package var frameMax = 131_072
  /// From `connect` to `connected`.
  package var connectTimeout: Duration = .seconds(5)
  /// From `connected` to `connection.open-ok`, and once more for opening the channel.
  package var handshakeTimeout: Duration = .seconds(10)
  /// From submitting a command other than a publish to its answer.
  package var operationTimeout: Duration = .seconds(10)
  /// From submitting a publish to its confirm.
  package var confirmTimeout: Duration = .seconds(10)
  /// From `connection.close` to its answer.
  package var closeTimeout: Duration = .seconds(5)
  /// The pause before the first reconnect; it doubles with every failure.
  package var reconnectMinimum: Duration = .milliseconds(100)
  /// The longest pause between two reconnects.
  package var reconnectMaximum: Duration = .seconds(2)
  /// The prefetch count of the channel (per consumer); zero leaves the broker's default.
  package var prefetch: UInt16 = 0
  /// Whether publishes are confirmed; without confirms a publish completes as `sent`.
  package var confirms = true

  /// The defaults; set what differs.
  package init() {}

  /// The pause before the next attempt after `failures` attempts in a row have failed.
  package func backoff(failures: Int) -> Duration {
    var delay = reconnectMinimum
    for _ in 0..<min(failures, Self.maximumDoublings) where delay < reconnectMaximum {
      delay = delay * 2
    }
    return min(delay, reconnectMaximum)
  }

  private static let maximumDoublings = 32
}
