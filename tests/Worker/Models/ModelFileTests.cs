using Microsoft.Extensions.Logging.Abstractions;

namespace ReelBallers.Worker.Tests;

/// <summary>A model that cannot be used ends the worker's start, with what is wrong.</summary>
public sealed class ModelFileTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "m.json cannot be read")]
    [InlineData("null", "m.json: is empty")]
    [InlineData("[]", "m.json cannot be read")]
    [InlineData("""{"factor":2}""", "m.json cannot be read")]
    [InlineData("""{"kind":"paint"}""", "m.json cannot be read")]
    [InlineData("""{"kind":"upscale","factor":2,"tiel":64}""", "m.json cannot be read")]
    [InlineData("""{"kind":"upscale"}""", "m.json: factor must be 2 to 8")]
    [InlineData("""{"kind":"upscale","factor":9}""", "m.json: factor must be 2 to 8")]
    [InlineData("""{"kind":"interpolate","factor":2}""", "m.json: factor must be 1")]
    [InlineData("""{"kind":"upscale","factor":2,"tile":8}""", "m.json: tile must be 16 to 4096")]
    [InlineData("""{"kind":"upscale","factor":2,"tile":64,"multiple":24}""", "m.json: tile must be a multiple of multiple")]
    [InlineData("""{"kind":"upscale","factor":2,"tile":64,"multiple":0}""", "m.json: multiple must be")]
    [InlineData("""{"kind":"upscale","factor":2,"tile":64,"overlap":17}""", "m.json: overlap must be")]
    [InlineData("""{"kind":"upscale","factor":2,"max_batch":0}""", "m.json: max_batch must be")]
    [InlineData("""{"kind":"upscale","factor":2,"range":[1]}""", "m.json: range must be")]
    [InlineData("""{"kind":"upscale","factor":2,"range":[1, 0]}""", "m.json: range must be")]
    public void A_description_that_is_wrong_is_rejected(string json, string problem)
    {
        _folder.With("m", TinyModels.Resize(2), json);
        Assert.StartsWith(problem, Assert.Throws<ModelException>(Check).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("m.onnx")]
    [InlineData("m.json")]
    public void A_model_without_its_description_is_rejected_and_the_other_way_around(string missing)
    {
        _folder.With("m", TinyModels.Resize(2), """{"kind":"upscale","factor":2}""");
        File.Delete(Path.Combine(_folder.Path, missing));
        Assert.EndsWith("has only one of m.onnx and m.json", Assert.Throws<ModelException>(Check).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_has_no_models() =>
        Assert.Empty(ModelFile.ReadAll(Path.Combine(_folder.Path, "nothing")));

    [Fact]
    public void Descriptions_that_are_right_are_accepted()
    {
        _folder.With("HAT-L", TinyModels.Resize(2), """{"kind":"upscale","factor":2}""")
            .With("RIFE", TinyModels.Average(), """{"kind":"interpolate","tile":1024,"overlap":64,"multiple":32}""");
        Check();
    }

    [Theory]
    [InlineData(4, "m.onnx makes [1, 3, 64, 64] of tiles of 32x32, not [1, 3, 128, 128]")]
    [InlineData(2, null)]
    public void A_factor_that_is_not_the_models_is_noticed(int factor, string? problem)
    {
        var description = $$"""{"kind":"upscale","factor":{{factor}},"tile":32,"overlap":4}""";
        Assert.Equal(problem, ProblemOf(TinyModels.Resize(2), description));
    }

    [Fact]
    public void A_model_of_another_kind_or_size_is_noticed()
    {
        const string Upscale = """{"kind":"upscale","factor":2,"tile":32,"overlap":4}""";
        const string Interpolate = """{"kind":"interpolate","tile":32,"overlap":4}""";
        Assert.Equal("m.onnx has 2 inputs, and a model of its kind has 1", ProblemOf(TinyModels.Average(), Upscale));
        Assert.Equal("m.onnx has 1 inputs, and a model of its kind has 2 or 3", ProblemOf(TinyModels.Resize(2), Interpolate));
        Assert.StartsWith("m.onnx takes [-1, 3, 64, 64]", ProblemOf(TinyModels.Resize(2, side: 64), Upscale)!, StringComparison.Ordinal);
        Assert.StartsWith("m.onnx cannot be loaded", ProblemOf("no model"u8.ToArray(), Upscale)!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda", "WORKER_DEVICE is cuda, but this program was built for the CPU (without -p:Gpu=true)")]
    [InlineData("gpu", "WORKER_DEVICE must be cpu or cuda")]
    public void A_device_that_cannot_be_used_is_rejected(string device, string problem)
    {
        _folder.With("m", TinyModels.Resize(2), """{"kind":"upscale","factor":2}""");
        using var models = new WorkerModels(
            _folder.Options with { Device = device }, TimeProvider.System, NullLogger<WorkerModels>.Instance);
        Assert.Equal(problem, Assert.Throws<ModelException>(models.Check).Message);
    }

    private void Check()
    {
        using var models = new WorkerModels(_folder.Options, TimeProvider.System, NullLogger<WorkerModels>.Instance);
        models.Check();
    }

    private string? ProblemOf(byte[] model, string description)
    {
        var file = _folder.With("m", model, description).Find("m");
        return Record.Exception(() => LoadedModel.Start(
            "m", file.Description, OnnxModel.Load(file, new ModelDevice("cpu")), TimeProvider.System, CancellationToken.None).Dispose())
            ?.Message;
    }
}
