import CanonicalJSON
import Glibc
import Harness
import Judging
import Operations
import Store

/// The plan of a stored run and its history, which fit together.
struct StoredRun {
  var plan: TestPlan
  var reader: HistoryReader

  /// Opens the run in a directory.
  init(_ directory: RunDirectory) throws {
    let text = String(decoding: try Self.plan(in: directory), as: UTF8.self)
    do throws(JSONError) {
      plan = try TestPlan(parsing: text)
    } catch {
      throw PlanError(description: "\(directory.plan): \(error.description)")
    }
    reader = try HistoryFile.open(directory.history)
    do throws(UnplannedQueue) {
      try HistoryJudge.requireQueues(of: reader.header, in: plan)
    } catch {
      throw PlanError(description: "\(directory.plan): \(error.description)")
    }
  }
}

extension StoredRun {
  private static func plan(in directory: RunDirectory) throws -> [UInt8] {
    do throws(StoreError) {
      return try SmallFile.read(directory.plan)
    } catch {
      guard case .system(_, _, let code) = error, code == ENOENT else { throw error }
      throw NoRunError(path: directory.path)
    }
  }
}

/// A directory that is none of a run.
package struct NoRunError: Error, CustomStringConvertible {
  /// The directory.
  package var path: String

  /// For people, with advice.
  package var description: String {
    "\(path): not the directory of a run, which has a plan.json; to check the histories in it, "
      + "name them"
  }
}

/// A plan that cannot be used with the history beside it.
package struct PlanError: Error, CustomStringConvertible {
  /// For people, the file included.
  package var description: String
}
