import CanonicalJSON
import Harness
import Operations

/// A plan that cannot be used with the history beside it.
package struct PlanError: Error, CustomStringConvertible {
  /// For people, the file included.
  package var description: String
}

extension TestPlan {
  /// Reads the plan in the bytes of a file called `path` in messages.
  init(parsing bytes: [UInt8], at path: String) throws {
    do throws(JSONError) {
      try self.init(parsing: String(decoding: bytes, as: UTF8.self))
    } catch {
      throw PlanError(description: "\(path): \(error.description)")
    }
  }

  /// Throws if a history is about other queues than the plan.
  func check(against header: HistoryHeader, at path: String) throws {
    let planned = queues.map(\.id)
    for queue in header.queues where !planned.contains(queue.id) {
      throw PlanError(
        description: "\(path): the plan does not have the queue \(queue.name) of the history")
    }
  }
}
