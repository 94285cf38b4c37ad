import Environment
package import Harness
import Operations

extension Scenario {
  /// The schedule and the length of the load for `seed`, on a cluster with this net-tick.
  ///
  /// Every range takes one draw, in the order of the steps; nothing else takes any. If the net-tick
  /// is longer than the scenario's, all times of the steps, and the load, are as many times longer,
  /// rounded down to milliseconds: a partition has to outlast its detection. The tail is not.
  package func resolve(
    seed: UInt64, netTick: Duration
  ) -> (FaultSchedule, load: Duration) {
    var draws = SeededGenerator(seed: seed, stream: 0x7363_6865)
    let stretch = Stretch(from: self.netTick ?? Self.usualNetTick, to: netTick)
    var resolved: [FaultStep] = []
    var previous = Trigger.at(.zero)
    for step in steps {
      switch step.beginning {
      case .at(let time): previous = .at(stretch.of(time.resolve(&draws)))
      case .after(let time): previous = previous.later(by: stretch.of(time.resolve(&draws)))
      case .when(let occasion, let delay, let within):
        previous = .on(
          occasion, delay: stretch.of(delay.resolve(&draws)), bound: stretch.of(within))
      }
      resolved.append(
        FaultStep(id: FaultID(UInt32(resolved.count)), trigger: previous, fault: step.fault))
    }
    let load: Duration
    switch ending {
    case .tail(let tail): load = (resolved.map(\.trigger.latest).max() ?? .zero) + tail
    case .load(let length): load = stretch.of(length)
    }
    return (FaultSchedule(name: name, steps: resolved), load: load)
  }

  /// The latest time at which a step can begin, whatever the seed, with the scenario's net-tick.
  var latestBeginning: Duration {
    var latest = Duration.zero
    var previous = Trigger.at(.zero)
    for step in steps {
      switch step.beginning {
      case .at(let time): previous = .at(time.latest)
      case .after(let time): previous = previous.later(by: time.latest)
      case .when(let occasion, let delay, let within):
        previous = .on(occasion, delay: delay.latest, bound: within)
      }
      latest = max(latest, previous.latest)
    }
    return latest
  }
}

extension Trigger {
  /// What happens so much later than this. A step after one that waits for an occasion waits for
  /// the same one: that is when the other begins.
  fileprivate func later(by delay: Duration) -> Trigger {
    switch self {
    case .at(let time): .at(time + delay)
    case .on(let occasion, let earlier, let bound):
      .on(occasion, delay: earlier + delay, bound: bound)
    }
  }
}

/// Makes times longer by the ratio of two net-ticks, never shorter.
private struct Stretch {
  private let numerator: Int64
  private let denominator: Int64

  init(from usual: Duration, to netTick: Duration) {
    denominator = max(1, usual.nanoseconds)
    numerator = max(denominator, netTick.nanoseconds)
  }

  func of(_ time: Duration) -> Duration {
    let milliseconds = Int128(time.nanoseconds / 1_000_000) * Int128(numerator)
    return .milliseconds(Int64(clamping: milliseconds / Int128(denominator)))
  }
}
