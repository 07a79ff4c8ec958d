using System.Text.RegularExpressions;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>What the documents name must be there.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Root = Repository.Root;

    public static TheoryData<string> Documents => [.. Paths()];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_to_a_file_leads_to_one(string document)
    {
        var path = Path.Combine(Root, document);
        var broken = Link().Matches(File.ReadAllText(path))
            .Select(match => match.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(link => !link.StartsWith('#'))
            .Where(link => !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, link.Split('#')[0])));
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_test_that_a_document_names_exists()
    {
        var code = string.Concat(
            Directory.GetFiles(Path.Combine(Root, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var names = Paths().SelectMany(path => TestName().Matches(File.ReadAllText(Path.Combine(Root, path))))
            .Select(match => match.Groups[1].Value).ToHashSet();
        var missing = names.Where(name => !code.Contains($" {name}(", StringComparison.Ordinal)).ToList();
        Assert.True(names.Count > 30, "The threat model names more tests than that.");
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_section_of_settings_stands_in_the_configuration_page_with_the_file_of_its_defaults()
    {
        string[] projects = ["Gateway", "Payments", "Wallet", "Jobs", "Storage", "Accounts", "ServiceDefaults"];
        var registered = projects
            .SelectMany(project => Directory.GetFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories))
            .SelectMany(path => Registration().Matches(File.ReadAllText(path)))
            .Select(match => (Type: match.Groups[1].Value, Section: match.Groups[2].Value)).Distinct().ToList();
        var rows = File.ReadAllLines(Path.Combine(Root, "docs", "configuration.md")).Select(line => line.Split('|'))
            .Where(cells => cells.Length == 6).ToList();

        var missing = registered.Where(options => !rows.Any(cells =>
            cells[1].Contains($"`{options.Section}`", StringComparison.Ordinal)
            && Path.Combine(Root, cells[4].Trim(' ', '`')) is var file && File.Exists(file)
            && Regex.IsMatch(File.ReadAllText(file), $@"(class|record) {options.Type}\b")));

        Assert.True(registered.Count > 10, "The registrations are no longer found in the code.");
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"AddValidatedOptions<(\w+)>\(""(\w+)""\)")]
    private static partial Regex Registration();

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_test_command_names_projects_classes_and_tests_that_exist(string document)
    {
        var commands = TestCommand().Matches(File.ReadAllText(Path.Combine(Root, document))).Select(match => match.Value);
        foreach (var command in commands)
        {
            Assert.Matches(ProjectOption(), command);
            var project = Assert.Single(Directory.GetFiles(Path.Combine(Root, ProjectOption().Match(command).Groups[1].Value), "*.csproj"));
            var code = string.Concat(
                Directory.GetFiles(Path.GetDirectoryName(project)!, "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
            Assert.All(FilterOption().Matches(command), filter => Assert.Matches($@"\b{filter.Groups[1].Value}\b", code));
        }
    }

    [Fact]
    public void No_line_of_code_is_longer_than_140_characters()
    {
        var files = Directory.GetFiles(Root, "*.cs", SearchOption.AllDirectories)
            .Where(path => !GeneratedFolder().IsMatch(Path.GetRelativePath(Root, path))).ToList();
        var tooLong = files.SelectMany(path => File.ReadLines(path).Index()
            .Where(line => line.Item.Length > 140)
            .Select(line => $"{Path.GetRelativePath(Root, path)}:{line.Index + 1}"));
        Assert.True(files.Count > 500, "The sources were not found.");
        Assert.Empty(tooLong);
    }

    private static IEnumerable<string> Paths() =>
        Directory.GetFiles(Root, "*.md")
            .Concat(Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.GetFiles(Path.Combine(Root, "LocalCloud"), "README.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path));

    [GeneratedRegex(@"(^|[/\\])(bin|obj|Migrations|Generated|node_modules|\.[^/\\]+)[/\\]")]
    private static partial Regex GeneratedFolder();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("dotnet test [^\n`]*tests/[^\n`]*")]
    private static partial Regex TestCommand();

    [GeneratedRegex("--project ([^ \n]+)")]
    private static partial Regex ProjectOption();

    [GeneratedRegex(@"--filter-(?:class|method) ""\*\.(\w+)""")]
    private static partial Regex FilterOption();

    // At least two single underscores and a lower-case letter: not an environment variable.
    [GeneratedRegex("`((?![A-Za-z0-9_]*__)(?=[A-Z0-9_]*[a-z])[A-Z][a-z0-9A-Z]*_[A-Za-z0-9]+_[A-Za-z0-9_]+)`")]
    private static partial Regex TestName();
}
