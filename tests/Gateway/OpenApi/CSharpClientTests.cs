using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>The checked-in C# client is what Kiota makes of the document. <c>UPDATE_CLIENT=true</c> writes it instead.</summary>
public sealed class CSharpClientTests
{
    // Names the version of the tool and the hash of the document, which changes with every word in it.
    private const string LockFile = "kiota-lock.json";

    private static readonly string Root = Repository.Root;

    private static readonly string CheckedIn = Path.Combine(Root, "clients", "csharp", "Generated");

    [Fact]
    public async Task The_client_is_generated_from_the_document()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var generated = await GenerateAsync(folder);
            if (Environment.GetEnvironmentVariable("UPDATE_CLIENT") == "true")
            {
                Directory.CreateDirectory(CheckedIn);
                Directory.Delete(CheckedIn, recursive: true);
                Directory.Move(generated, CheckedIn);
                return;
            }
            Assert.Equal(Files(generated).Keys.Order(), Files(CheckedIn).Keys.Order());
            Assert.All(Files(generated), file => Assert.Equal(file.Value, Files(CheckedIn)[file.Key]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> GenerateAsync(string folder)
    {
        var document = Path.Combine(folder, "v1.json");
        await File.WriteAllTextAsync(
            document, KiotaDocument.Of(await File.ReadAllTextAsync(Path.Combine(Root, "Gateway", "wwwroot", "openapi", "v1.json"))));
        var output = Path.Combine(folder, "Generated");
        await Npm.RunAsync(Root, "dotnet", ["tool", "restore"]);
        await Npm.RunAsync(
            Root, "dotnet",
            ["kiota", "generate", "--language", "CSharp", "--openapi", document, "--output", output, "--class-name", "ReelBallersClient",
                "--namespace-name", "ReelBallers.Client", "--exclude-backward-compatible", "--log-level", "Error"],
            "", ("KIOTA_TUTORIAL_ENABLED", "false"), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"));
        File.Delete(Path.Combine(output, LockFile));
        return output;
    }

    private static Dictionary<string, string> Files(string folder) => Directory
        .GetFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(folder, file), file => File.ReadAllText(file).ReplaceLineEndings("\n"));
}
