/// Hands the text of a `ProgressLine` to a sink, such as a write to standard error.
package struct ProgressWriter: Sendable {
  private var line: ProgressLine
  private let sink: @Sendable (String) -> Void

  /// A writer of `line`; the sink gets text as it is to be written, newlines included.
  package init(_ line: ProgressLine, sink: @escaping @Sendable (String) -> Void) {
    self.line = line
    self.sink = sink
  }

  /// Shows the state of the run.
  package mutating func tick(_ tick: ProgressTick) { write(line.tick(tick)) }

  /// Prints a message on a line of its own.
  package mutating func message(_ text: String) { write(line.message(text)) }

  /// Ends the progress.
  package mutating func finish() { write(line.finish()) }

  private func write(_ text: String) {
    if !text.isEmpty { sink(text) }
  }
}
