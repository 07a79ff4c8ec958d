using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Storage.Data.Migrations
{
    /// <inheritdoc />
    public partial class FileLifecycle : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_uploads_incomplete_created_at",
                table: "uploads");

            migrationBuilder.DropCheckConstraint(
                name: "ck_uploads_completed_or_swept",
                table: "uploads");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "expires_at",
                table: "uploads",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now() + interval '1 day'");

            // Only for the rows of before: which of them a job needs is not known, so each has its day from now on.
            migrationBuilder.Sql("ALTER TABLE uploads ALTER COLUMN expires_at DROP DEFAULT");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "removed_at",
                table: "uploads",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "file_uses",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    upload_id = table.Column<Guid>(type: "uuid", nullable: false),
                    job_id = table.Column<Guid>(type: "uuid", nullable: false),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_file_uses", x => new { x.user_id, x.upload_id, x.job_id });
                });

            migrationBuilder.CreateTable(
                name: "outputs",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    job_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    leased_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    removed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outputs", x => new { x.user_id, x.job_id });
                    table.CheckConstraint("ck_outputs_removed", "removed_at IS NULL OR leased_until IS NULL");
                });

            migrationBuilder.CreateTable(
                name: "storage_users",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    has_paid = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_storage_users", x => x.user_id);
                });

            migrationBuilder.CreateTable(
                name: "sweep_positions",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sweep_positions", x => x.name);
                });

            migrationBuilder.CreateIndex(
                name: "ix_uploads_expires_at",
                table: "uploads",
                column: "expires_at",
                filter: "removed_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_uploads_removed_at",
                table: "uploads",
                column: "removed_at",
                filter: "removed_at IS NOT NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_uploads_removed",
                table: "uploads",
                sql: "removed_at IS NULL OR leased_until IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_file_uses_user_id_job_id",
                table: "file_uses",
                columns: new[] { "user_id", "job_id" });

            migrationBuilder.CreateIndex(
                name: "ix_outputs_expires_at",
                table: "outputs",
                column: "expires_at",
                filter: "removed_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_outputs_removed_at",
                table: "outputs",
                column: "removed_at",
                filter: "removed_at IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "file_uses");

            migrationBuilder.DropTable(
                name: "outputs");

            migrationBuilder.DropTable(
                name: "storage_users");

            migrationBuilder.DropTable(
                name: "sweep_positions");

            migrationBuilder.DropIndex(
                name: "ix_uploads_expires_at",
                table: "uploads");

            migrationBuilder.DropIndex(
                name: "ix_uploads_removed_at",
                table: "uploads");

            migrationBuilder.DropCheckConstraint(
                name: "ck_uploads_removed",
                table: "uploads");

            migrationBuilder.DropColumn(
                name: "expires_at",
                table: "uploads");

            migrationBuilder.DropColumn(
                name: "removed_at",
                table: "uploads");

            migrationBuilder.CreateIndex(
                name: "ix_uploads_incomplete_created_at",
                table: "uploads",
                column: "created_at",
                filter: "completed_at IS NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_uploads_completed_or_swept",
                table: "uploads",
                sql: "completed_at IS NULL OR leased_until IS NULL");
        }
    }
}
