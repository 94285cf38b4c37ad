package import Operations
import Synchronization

/// Where the events of a run go: a file, or memory.
package protocol EventSink: Sendable {
  /// Takes the next event; never called by two at a time, and not after `close`.
  func record(_ event: TimedEvent)
  /// Ends the recording and says what of it could not be kept; nil if it is whole.
  func close() -> String?
}

/// Records one run's history until it is closed; events that come later are dropped.
package final class RunRecorder: Sendable {
  private struct State {
    var isClosed = false
    var faults: [TimedEvent] = []
  }
  private let sink: any EventSink
  private let state = Mutex(State())

  /// A recorder into `sink`.
  package init(_ sink: any EventSink) {
    self.sink = sink
  }

  /// Appends an event; what comes after the end is dropped.
  package func record(_ event: TimedEvent) {
    state.withLock { state in
      if state.isClosed { return }
      if case .fault = event.event { state.faults.append(event) }
      sink.record(event)
    }
  }

  /// What is left of a recording.
  package struct Ending: Sendable {
    /// The fault events, in order.
    package var faults: [TimedEvent]
    /// What went wrong while the history was kept; nil if it is whole.
    package var trouble: String?
  }

  /// Ends the history; to be called once.
  package func close() -> Ending {
    state.withLock { state in
      state.isClosed = true
      return Ending(faults: state.faults, trouble: sink.close())
    }
  }
}
