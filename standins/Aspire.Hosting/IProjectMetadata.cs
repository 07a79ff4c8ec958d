namespace Aspire.Hosting;

/// <summary>A project that the AppHost refers to; the build makes a class of each.</summary>
public interface IProjectMetadata
{
    /// <summary>The project file.</summary>
    string ProjectPath { get; }
}

/// <summary>What the stand-in needs to know beyond the package: what the build made of a project.</summary>
public interface IBuiltProject
{
    /// <summary>The assembly to run.</summary>
    string TargetPath { get; }
}
