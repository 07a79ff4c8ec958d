using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>
/// Spectral and Redocly, installed from the lock file beside the test assembly; no network is needed afterwards.
/// </summary>
public sealed class OpenApiLinters : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "openapi-lint");

    public async ValueTask InitializeAsync() => await Npm.InstallAsync(Folder);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Lints a document with a script of the package and returns the JSON report.</summary>
    internal static async Task<string> LintAsync(string linter, string document)
    {
        var file = Path.Combine(Folder, $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, document);
        try
        {
            // The exit code is non-zero when there are findings, so the output decides.
            var (_, output, errors) = await Npm.TryRunAsync(
                Folder, "npm", ["run", "--silent", linter, "--", file], "",
                ("REDOCLY_TELEMETRY", "off"), ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"), ("npm_config_update_notifier", "false"));
            return output.Length > 0 ? output : errors;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
