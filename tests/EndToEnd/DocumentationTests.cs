using System.Text.RegularExpressions;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>What the documents name must be there.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Root = Repository.Root;

    public static TheoryData<string> Documents =>
        [.. Directory.GetFiles(Root, "*.md").Concat(Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path))];

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
    public void Every_test_that_the_threat_model_names_exists()
    {
        var code = string.Concat(
            Directory.GetFiles(Path.Combine(Root, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var document = File.ReadAllText(Path.Combine(Root, "docs", "security.md"));
        var names = TestName().Matches(document).Select(match => match.Groups[1].Value).ToList();
        var missing = names.Where(name => !code.Contains($" {name}(", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(names);
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_section_of_settings_stands_in_the_configuration_page_with_the_file_of_its_defaults()
    {
        string[] projects = ["Gateway", "Payments", "Wallet", "Jobs", "Storage", "ServiceDefaults"];
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

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([A-Z][a-z0-9A-Z]*_[A-Za-z0-9_]+)`")]
    private static partial Regex TestName();
}
