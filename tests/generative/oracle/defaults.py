"""Every parameter of the contract with its default, and typed access to a set of values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import lists

DEFAULTS: dict[str, Any] = {
    # time and status
    "index_transplant": "each",
    "horizon_days": 1095,
    "eligible_days_min": 7,
    "eligible_days_reported": (1, 7, 14),
    "assume_complete": (),
    "open_condition_days": 90,
    "acute_conditions": lists.ACUTE_CONDITIONS,
    "graft_bound_conditions": lists.GRAFT_BOUND_CONDITIONS,
    "sponsor_agreement": "granted",
    "attested": "assumed",
    # windows and fallback limits
    "blood_count_window_days": 14,
    "chemistry_window_days": 14,
    "dat_window_days": 30,
    "marrow_window_days": 60,
    "pregnancy_window_days": 14,
    "weight_window_days": 1095,
    "ldh_upper_limit": 246.0,
    "haptoglobin_lower_limit": 30.0,
    "bilirubin_indirect_upper_limit": 0.8,
    "reticulocytes_percent_upper_limit": 2.5,
    "reticulocytes_upper_limit": 100.0,
    # screening
    "age_min_years": 18,
    "nonmalignant_indications": lists.NONMALIGNANT_INDICATIONS,
    "nonmalignant_counts_as_remission": True,
    "remission_valid_days": 180,
    "days_since_transplant_min": 45,
    "neutrophils_min": 1.0,
    # engraftment
    "nadir_window_days": 28,
    "engraftment_gap_days": 28,
    "engraftment_results_min": 3,
    "neutrophil_engraftment_min": 0.5,
    "platelet_engraftment_min": 20.0,
    "platelet_engraftment_free_before_days": 6,
    "platelet_engraftment_free_after_days": 2,
    "platelet_engraftment_recent_transfusion_days": 7,
    # counts
    "onset_day_min": 28,
    "onset_after_engraftment_days": {"aiha": 14, "itp": 14, "prca": 28},
    "aiha_hemoglobin_below": 10.0,
    "aiha_hemoglobin_drop_min": 2.0,
    "itp_low_window_days": 7,
    "itp_fall_fraction_min": 0.3,
    "itp_platelets_max": 30.0,
    "transfusion_requirement_days": 7,
    "prca_needs_platelet_engraftment": True,
    "prca_hemoglobin_below": 8.0,
    "prca_transfusions_min": 2,
    "prca_transfusion_window_days": 28,
    "baseline_statistic": "best_28d",
    "baseline_results_min": 2,
    "baseline_lag_days": 7,
    "baseline_block_days": 28,
    "baseline_blocks": 6,
    "baseline_median_days": 90,
    # work-up and diagnosis
    "dat_negative_aiha": "open",
    "hemolysis_markers_min": 2,
    "hemolysis_other_causes": lists.HEMOLYSIS_OTHER_CAUSES,
    "itp_other_causes": lists.ITP_OTHER_CAUSES,
    "megakaryocytes_required": True,
    "prca_reticulocyte_rule": "either",
    "prca_reticulocyte_percent_below": 1.0,
    "prca_reticulocytes_below": 10.0,
    "prca_obvious_causes": lists.PRCA_OBVIOUS_CAUSES,
    "workup_days": 30,
    "recorded_diagnosis": "fills_unknown",
    "diagnosis_valid_days": 60,
    "absent_diagnosis": "fails_unknown",
    # spells
    "spell_days": 56,
    "steroid_carry_days": 180,
    "treatment_lead_days": 14,
    # response
    "incomplete_response_rule": "any",
    "steroid_dose_tolerance": 0.05,
    "steroid_full_dose_mg": None,
    "response_window_days": 42,
    "red_cell_support_days": 21,
    "platelet_support_days": 7,
    "response_hemoglobin_rise": 2.0,
    "response_platelets_min": 30.0,
    "response_platelet_fold": 2.0,
    "minimal_response_hemoglobin_rise": 1.0,
    "refractory_steroid_days": 7,
    "refractory_steroid_dose": 1.0,
    "dependence_evidence": "either",
    "dependence_steroid_dose": 0.5,
    "dependence_steroid_days": 56,
    "gvhd_steroids_count": False,
    "taper_relapse_days": 56,
    # lines
    "lines_min": 2,
    "lines_counted_from": "first_onset",
    "lines_must_include_steroids": False,
    "steroid_line_days": 7,
    "steroid_line_dose": 0.5,
    "ivig_rule": "total",
    "ivig_total_g_per_kg": 0.8,
    "ivig_window_days": 5,
    "ivig_daily_g_per_kg": 0.4,
    "ivig_daily_days": 2,
    "ivig_wait_days": 7,
    "rituximab_purpose": "any",
    "rituximab_doses_min": 4,
    "rituximab_wait_days": 14,
    "second_line_drugs": lists.SECOND_LINE_DRUGS,
    "line_gap_days": 28,
    "other_line_wait_days": 14,
    "prca_esa_is_line": False,
    # drugs
    "growth_factors": lists.GROWTH_FACTORS,
    "erythropoiesis_stimulating_agents": lists.ERYTHROPOIESIS_STIMULATING_AGENTS,
    "uncounted_corticosteroids": lists.UNCOUNTED_CORTICOSTEROIDS,
    "growth_factor_window_days": 28,
    "growth_factor_stable_days": 14,
    "gvhd_drugs": lists.GVHD_DRUGS,
    "maintenance_drugs": lists.MAINTENANCE_DRUGS,
    "gvhd_prophylaxis_is_maintenance": False,
    "washout_days_min": 14,
    "washout_half_lives": 5.0,
    "washout_unknown_days": 140,
    "washout_waiver": "none",
    "prior_anti_cd38_excludes": False,
    # infection, pregnancy, GVHD, organs
    "hepatitis_reading": "known_active",
    "hepatitis_treatment": "exclusion_note",
    "hbv_antivirals": lists.HBV_ANTIVIRALS,
    "hcv_antivirals": lists.HCV_ANTIVIRALS,
    "hiv_reading": "known_positive",
    "menopause_age_years": 55,
    "pregnancy_test": "assumed",
    "pregnancy_days": 300,
    "gvhd_acute_grade_excluded": 4,
    "gvhd_detail_missing": "unknown",
    "organ_limits": {},
}

PARTIAL_MAPPINGS = ("onset_after_engraftment_days",)


class Parameters:
    """The parameters in force: the defaults with overrides."""

    def __init__(self, overrides: Mapping[str, Any] | None = None) -> None:
        self._values: dict[str, Any] = dict(DEFAULTS)
        for name, value in (overrides or {}).items():
            if name not in DEFAULTS:
                raise ValueError(f"unknown parameter {name}")
            if name in PARTIAL_MAPPINGS:
                value = {**DEFAULTS[name], **value}
            self._values[name] = value

    def days(self, name: str) -> int:
        return int(self._values[name])

    def number(self, name: str) -> float:
        return float(self._values[name])

    def number_or_none(self, name: str) -> float | None:
        value = self._values[name]
        return None if value is None or value == "none" else float(value)

    def flag(self, name: str) -> bool:
        return bool(self._values[name])

    def reading(self, name: str) -> str:
        return str(self._values[name])

    def names(self, name: str) -> tuple[str, ...]:
        return tuple(self._values[name])

    def mapping(self, name: str) -> dict[str, float]:
        return dict(self._values[name])
