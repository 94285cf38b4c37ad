/// A value that belongs to an executor's thread and may be handed around by everybody else.
///
/// `@unchecked Sendable`: every access checks that it comes from that thread.
package final class ExecutorBound<Value>: @unchecked Sendable {
  private let executor: VirtualExecutor
  private let bound: Value

  /// Gives a value to an executor; whoever made it must not keep it for another thread.
  package init(_ value: Value, to executor: VirtualExecutor) {
    bound = value
    self.executor = executor
  }

  /// The value; traps on any other thread than the executor's own.
  package var value: Value {
    executor.preconditionOnThread()
    return bound
  }
}
