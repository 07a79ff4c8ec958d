using Microsoft.ML.OnnxRuntime;

namespace ReelBallers.Worker;

/// <summary>On what models run: on a GPU where the program was built for it (<c>-p:Gpu=true</c>), otherwise on the CPU.</summary>
internal sealed class ModelDevice
{
    private const string Cuda = "CUDAExecutionProvider";

    private readonly bool _usesCuda;

    /// <param name="name"><c>cpu</c>, <c>cuda</c>, or null for what the program was built for.</param>
    public ModelDevice(string? name)
    {
        var canUseCuda = OrtEnv.Instance().GetAvailableProviders().Contains(Cuda, StringComparer.Ordinal);
        _usesCuda = name switch
        {
            null => canUseCuda,
            "cpu" => false,
            "cuda" when canUseCuda => true,
            "cuda" => throw new ModelException("WORKER_DEVICE is cuda, but this program was built for the CPU (without -p:Gpu=true)"),
            _ => throw new ModelException("WORKER_DEVICE must be cpu or cuda"),
        };
    }

    public override string ToString() => _usesCuda ? "CUDA" : "the CPU";

    /// <exception cref="ModelException">
    /// There is no GPU, or CUDA is not complete: a worker that silently used the CPU would take a hundred times as long.
    /// </exception>
    public SessionOptions SessionOptions()
    {
        var options = new SessionOptions();
        if (!_usesCuda)
        {
            return options;
        }

        try
        {
            using var cuda = new OrtCUDAProviderOptions();
            // Memory is taken as it is needed, and not doubled.
            cuda.UpdateOptions(new Dictionary<string, string> { ["arena_extend_strategy"] = "kSameAsRequested" });
            options.AppendExecutionProvider_CUDA(cuda);
            return options;
        }
        catch (OnnxRuntimeException failure)
        {
            options.Dispose();
            throw new ModelException($"CUDA cannot be used (WORKER_DEVICE=cpu runs models on the CPU): {failure.Message}");
        }
    }
}
