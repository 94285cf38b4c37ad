package import Environment
package import Operations

/// When what happened in a run: phases, faults and broker events, collected from its history.
///
/// Feed it every event of the history; it keeps the few that people are shown.
package struct RunTimeline: Hashable, Sendable {
  /// The most broker events that are kept; the rest is only counted.
  package static let brokerEventLimit = 200

  /// The phases in order.
  package var phases: [PhaseRecord] = []
  /// Every change of a fault, in order.
  package var faults: [FaultRecord] = []
  /// The first broker events, in order.
  package var brokerEvents: [BrokerRecord] = []
  /// How many broker events were left out.
  package var omittedBrokerEvents = 0
  /// By how much the harness, or one of its relays, was late at worst; nil if that is not known.
  package var worstLag: Duration?

  /// A timeline of nothing.
  package init() {}

  /// Takes the next event of a history.
  package mutating func observe(_ event: TimedEvent) {
    switch event.event {
    case .phase(let phase): enter(phase, at: event.at)
    case .fault(let fault): faults.append(FaultRecord(at: event.at, fault))
    // Whoever wants to know more of nodes than that they come and go reads the history.
    case .broker(let broker) where broker.kind != .nodeState:
      if brokerEvents.count < Self.brokerEventLimit {
        brokerEvents.append(BrokerRecord(at: event.at, broker))
      } else {
        omittedBrokerEvents += 1
      }
    case .watched(let watch):
      worstLag = [worstLag, watch.loopLag, watch.relayLag].compactMap(\.self).max()
    default: break
    }
  }

  /// Takes the next events in their order.
  package mutating func observe(_ events: Span<TimedEvent>) {
    for place in events.indices {
      switch events[place].event {
      case .phase, .fault, .broker, .watched: observe(events[place])
      default: break
      }
    }
  }

  private mutating func enter(_ phase: Phase, at instant: Instant) {
    if !phases.isEmpty, phases[phases.count - 1].to == nil {
      phases[phases.count - 1].to = instant
    }
    phases.append(PhaseRecord(phase, from: instant, to: phase == .done ? instant : nil))
  }

  /// The beginning of the load phase, from which the times in reports count; the run's origin if
  /// there was none.
  package var loadBegan: Instant {
    phases.first { $0.phase == .load }?.from ?? .zero
  }

  /// Whether the run reached its end.
  package var isComplete: Bool { phases.contains { $0.phase == .done } }
}

/// A phase and its time.
package struct PhaseRecord: Hashable, Sendable {
  /// The phase.
  package var phase: Phase
  /// When it began.
  package var from: Instant
  /// When it ended; nil if the run stopped in it.
  package var to: Instant?

  /// A phase's record.
  package init(_ phase: Phase, from: Instant, to: Instant?) {
    self.phase = phase
    self.from = from
    self.to = to
  }
}

/// A change of a fault and its time.
package struct FaultRecord: Hashable, Sendable {
  /// When it was seen.
  package var at: Instant
  /// What happened.
  package var event: FaultEvent

  /// A fault's record.
  package init(at: Instant, _ event: FaultEvent) {
    self.at = at
    self.event = event
  }
}

/// A broker event and its time.
package struct BrokerRecord: Hashable, Sendable {
  /// When it was learnt.
  package var at: Instant
  /// What was learnt.
  package var event: BrokerEvent

  /// A broker event's record.
  package init(at: Instant, _ event: BrokerEvent) {
    self.at = at
    self.event = event
  }
}
