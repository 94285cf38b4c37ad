import CanonicalJSON
import Glibc
package import Judging
package import Report
package import Store

/// What a run's directory contains of its result besides plan, history and records: results.json
/// and the reports.
package struct ResultFiles {
  private let result: CompareResult

  /// The files of a result, in the directory of its run.
  package init(_ result: CompareResult) {
    self.result = result
  }

  /// Writes results.json and the reports; returns the files for the reports' end, and what went
  /// wrong.
  package func write() -> (files: [ReportFile], trouble: String?) {
    let directory = RunDirectory(existing: result.run.identity.directory)
    let files = [
      ReportFile(directory.page, about: "the report, for browsers"),
      ReportFile(directory.report, about: "the report as plain text"),
      ReportFile(directory.results, about: "the figures"),
      ReportFile(directory.junit, about: "the verdicts, for systems that show tests"),
      ReportFile(directory.history, about: "the history"),
    ]
    let texts = [
      (ResultsFile.text(result), directory.results),
      (MarkdownReport(result, files: files).text, directory.report),
      (Self.page(of: result, in: directory, files: files), directory.page),
      (JUnitReport([result]).text, directory.junit),
    ]
    do throws(StoreError) {
      for (text, path) in texts { try directory.write(Array(text.utf8), to: path) }
      return (files, nil)
    } catch {
      return (files.filter { access($0.path, F_OK) == 0 }, error.description)
    }
  }

  /// The HTML report, for which the history in the directory is read; without a readable one the
  /// report says so and has no charts.
  package static func page(
    of result: CompareResult, in directory: RunDirectory, files: [ReportFile]
  ) -> String {
    do {
      let traces = try RunTracing(directory: directory).traces(of: result.run)
      return HTMLReport(result, traces: traces, files: files).text
    } catch {
      return HTMLReport(result, traces: nil, gap: "\(error)", files: files).text
    }
  }
}
