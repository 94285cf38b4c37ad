import Operations
import Synchronization

/// The events that somebody reported, in order.
final class ToldEvents: Sendable {
  private let told = Mutex<[Event]>([])

  var events: [Event] { told.withLock { $0 } }

  var faults: [FaultEvent] {
    events.compactMap { event in
      if case .fault(let fault) = event { fault } else { nil }
    }
  }

  func add(_ event: Event) { told.withLock { $0.append(event) } }
}
