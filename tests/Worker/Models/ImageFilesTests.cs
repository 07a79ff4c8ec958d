using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

/// <summary>What the image of <c>deploy/worker</c> is built of.</summary>
public sealed class ImageFilesTests : IAsyncLifetime
{
    private static readonly string Files = Path.Combine(AppContext.BaseDirectory, "deploy");

    private readonly string _folder = Directory.CreateTempSubdirectory("image-").FullName;
    private FilePlace _place = null!;

    public async ValueTask InitializeAsync() => _place = await FilePlace.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _place.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("HAT-L")]
    [InlineData("SwinIR-L")]
    [InlineData("Real-ESRGAN")]
    [InlineData("RIFE")]
    public async Task Each_model_of_the_catalogue_has_a_description(string name)
    {
        var description = ModelDescription.Read(name, await File.ReadAllTextAsync(Path.Combine(Files, "models", name + ".json")));
        Assert.Equal(name == "RIFE" ? ModelKind.Interpolate : ModelKind.Upscale, description.Kind);
    }

    [Fact]
    public async Task The_image_has_the_fonts_whose_characters_are_accepted()
    {
        var package = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Files, "fonts", "package.json"))).RootElement;
        Assert.Equal(
            NpmFonts.Names.Order(StringComparer.Ordinal),
            package.GetProperty("dependencies").EnumerateObject()
                .Select(font => $"{font.Name}@{font.Value.GetString()}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Models_are_downloaded_with_their_descriptions()
    {
        _place.Files["/a"] = "model"u8.ToArray();
        var (exitCode, output, _) = await FetchAsync($"# a comment\n\nHAT-L {Hash("model")} {_place.Url("/a")}");
        Assert.Equal((0, "HAT-L\n"), (exitCode, output));
        Assert.Equal("model", await File.ReadAllTextAsync(Path.Combine(_folder, "models", "HAT-L.onnx")));
        Assert.Equal(["HAT-L.json", "HAT-L.onnx"], Downloaded());
    }

    [Theory]
    [InlineData("HAT-L {0} {1}/wrong", "HAT-L has the checksum")]
    [InlineData("HAT-L {0} {1}/nothing", "404")]
    [InlineData("HAT-L", "is not followed by a SHA-256 and a URL")]
    [InlineData("HAT-L 123 {1}/a", "is not followed by a SHA-256 and a URL")]
    [InlineData("../HAT-L {0} {1}/a", "is not followed by a SHA-256 and a URL")]
    [InlineData("Other {0} {1}/a", "has no Other.json")]
    public async Task A_model_that_is_not_the_one_that_was_meant_ends_the_build(string line, string error)
    {
        _place.Files["/a"] = "model"u8.ToArray();
        _place.Files["/wrong"] = "another model"u8.ToArray();
        var list = line.Replace("{0}", Hash("model"), StringComparison.Ordinal)
            .Replace("{1}", _place.Url(""), StringComparison.Ordinal);
        var (exitCode, _, errors) = await FetchAsync(list);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(error, errors, StringComparison.Ordinal);
        Assert.Empty(Downloaded());
    }

    private async Task<(int ExitCode, string Output, string Errors)> FetchAsync(string list)
    {
        var file = Path.Combine(_folder, "list.txt");
        await File.WriteAllTextAsync(file, list);
        string[] arguments = [Path.Combine(Files, "fetch-models.sh"), file, Path.Combine(Files, "models"), Models];
        return await Npm.TryRunAsync(_folder, "bash", arguments);
    }

    private string Models => Path.Combine(_folder, "models");

    private string[] Downloaded() => Directory.Exists(Models)
        ? [.. Directory.EnumerateFiles(Models).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)]
        : [];

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
