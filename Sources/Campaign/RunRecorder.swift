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

  /// A recorder into a new file at `path`.
  init(path: String, header: HistoryHeader, loop: any EventLoop) throws(StoreError) {
    writer = try HistoryWriter(path: path, header: header)
    self.loop = loop
  }

  /// Appends an event; what comes after the end is dropped.
  func record(_ event: TimedEvent) {
    if !isClosed { writer.record(event) }
  }

  /// Ends the history; returns what went wrong while it was written, nil if it is whole.
  func close() async throws -> String? {
    try await loop.submit { [self] () -> String? in
      isClosed = true
      do throws(StoreError) {
        try writer.close()
        return nil
      } catch {
        return error.description
      }
    }.get()
  }
}
