import Harness
import NIOCore
import Operations
import Store

/// Records one run's history, on the run's event loop.
///
/// `@unchecked Sendable`: everything mutable is touched on the event loop only.
final class RunRecorder: @unchecked Sendable {
  private let writer: HistoryWriter
  private let loop: any EventLoop
  private var isClosed = false
  private var faults: [TimedEvent] = []

  /// A recorder into a new file at `path`.
  init(path: String, header: HistoryHeader, loop: any EventLoop) throws(StoreError) {
    writer = try HistoryWriter(path: path, header: header)
    self.loop = loop
  }

  /// Appends an event; what comes after the end is dropped.
  func record(_ event: TimedEvent) {
    if isClosed { return }
    if case .fault = event.event { faults.append(event) }
    writer.record(event)
  }

  /// What is left of a recording.
  struct Ending: Sendable {
    /// The fault events, in order.
    var faults: [TimedEvent]
    /// What went wrong while the history was written; nil if it is whole.
    var trouble: String?
  }

  /// Ends the history.
  func close() async throws -> Ending {
    try await loop.submit { [self] () -> Ending in
      isClosed = true
      do throws(StoreError) {
        try writer.close()
        return Ending(faults: faults)
      } catch {
        return Ending(faults: faults, trouble: error.description)
      }
    }.get()
  }
}
