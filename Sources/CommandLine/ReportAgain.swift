import ArgumentParser
import Campaign
import CanonicalJSON
import Judging
import Report
import Store

/// `stoat report`: prints the reports of runs again, from their results.json; the charts and
/// stories of the HTML report come from their histories.
struct ReportAgain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Print the reports of runs again, or a table of many runs.")

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case markdown
    case html
    case json
    case junit
    case table
    case matrix
  }

  @Argument(help: "Run directories.")
  var directories: [String]

  @Option(
    help: """
      What to print: text, markdown, html (of several runs a page about all of them), json, \
      junit (one document for all runs), table (one Markdown table, a line a run) or matrix \
      (what all runs say together, as Markdown: guarantees by schedule and queue, comparisons).
      """)
  var format = Format.text

  @Option(help: "Print only how each run met this expectation; exit code 1 if one did not.")
  var expect: String?

  func run() throws {
    let results = try directories.map(Self.read)
    if let expectation = try OutputArguments.expectation(expect) {
      return try judge(results, expectation)
    }
    let style = TerminalStyle(colour: Terminal.hasColour, width: Terminal.width)
    switch format {
    case .text: for result in results { Terminal.say(TerminalReport(result, style: style).text) }
    case .markdown: for result in results { Terminal.say(MarkdownReport(result).text) }
    case .html: sayPage(results)
    case .json: for result in results { Terminal.say(ResultsFile.text(result)) }
    case .junit: Terminal.say(JUnitReport(results).text)
    case .table: Terminal.say(CampaignTable(results).text)
    case .matrix: Terminal.say(CampaignMarkdown(results).text)
    }
  }

  private func sayPage(_ results: [CompareResult]) {
    guard let result = results.first, let path = directories.first, results.count == 1 else {
      return Terminal.say(CampaignPage(results).text)
    }
    let directory = RunDirectory(existing: path)
    Terminal.say(ResultFiles.page(of: result, in: directory, files: []))
  }

  private func judge(_ results: [CompareResult], _ expectation: Expectation) throws {
    var isMet = true
    for (directory, result) in zip(directories, results) {
      for outcome in expectation.outcomes(for: result) {
        Terminal.say("\(directory): \(outcome.line)")
        isMet = isMet && outcome.isMet
      }
    }
    if !isMet { throw ExitCode(1) }
  }

  static func read(_ directory: String) throws -> CompareResult {
    let path = RunDirectory(existing: directory).results
    guard Paths.isFile(path) else {
      throw CommandFailure(
        ExitStatus.usage,
        "\(directory) has no results.json: it is no run, or one that ended before it had results")
    }
    let text = try Paths.text(of: path)
    do throws(JSONError) {
      var result = try ResultsFile.read(text)
      // The files may have come from another machine.
      result.run.identity.directory = directory
      let slash = directory.hasSuffix("/") ? "" : "/"
      result.control?.identity.directory = directory + slash + "control"
      return result
    } catch {
      throw CommandFailure(ExitStatus.corrupt, "\(path): \(error.description)")
    }
  }
}
