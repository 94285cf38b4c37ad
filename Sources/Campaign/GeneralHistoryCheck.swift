import Checkers
import Environment
import Harness
package import Judging
package import Linearizability
import Report
import Store

/// Judges a history of anything that has a model, within a time and an amount of memory.
package struct GeneralHistoryCheck: Sendable {
  /// The largest file that is read.
  private static let maximumFileBytes = 256 << 20

  /// What the histories are judged by.
  package let model: ModelName
  private let timeLimit: Duration
  private let maximumBytes: Int

  /// A check by a model. A history may take `timeLimit`, the tables of its search `maximumBytes`.
  package init(model: ModelName, timeLimit: Duration, maximumBytes: Int) {
    self.model = model
    self.timeLimit = timeLimit
    self.maximumBytes = maximumBytes
  }

  /// The answer about the file at `path`.
  ///
  /// Throws `StoreError` if it cannot be read, and `GeneralHistoryFailure` if it is no history.
  package func line(about path: String) throws -> GeneralLine {
    let deadline = ContinuousClock.now + timeLimit
    let isOver = { ContinuousClock.now >= deadline }
    let limit = Self.maximumFileBytes
    guard let bytes = try SmallFile.readIfFits(path, limit: limit) else {
      throw GeneralHistoryFailure(
        path: path, error: GeneralHistoryError(line: 1, .tooLarge(bytes: limit)))
    }
    do throws(GeneralHistoryError) {
      let history = try GeneralHistory(parsing: bytes, isOver: isOver)
      let outcome = try GeneralCheck.run(
        model: model, history: history, maximumBytes: maximumBytes, isOver: isOver)
      return GeneralLine(file: path, outcome: outcome)
    } catch {
      guard error.problem == .outOfTime else {
        throw GeneralHistoryFailure(path: path, error: error)
      }
      return GeneralLine(file: path, outcome: .unread(model))
    }
  }
}

/// Why the file at a path is no history that a model can judge.
package struct GeneralHistoryFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file.
  package var path: String
  /// Where it is broken.
  package var error: GeneralHistoryError

  /// For people.
  package var description: String { "\(path): \(error)" }
}
