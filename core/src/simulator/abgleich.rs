//! Data for the Abgleich: 090021, answered by 090022.

use serde_json::{Map, Value, json};

use super::record::Record;
use super::state::{Call, Reply};
use crate::register::place;

/// Arten of Meldestatus with which a person stays in the country (AZR-609; list meldestatusart).
const HERE: [&str; 4] = ["01", "02", "03", "09"];

impl Call<'_> {
    /// The records of which the asking authority keeps the file, of persons who are here, stored in the period. As many messages as
    /// needed; the standard has no packets here.
    pub(super) fn registerabgleich(&self) -> Vec<Reply> {
        let (from, to) = (self.text("/von").unwrap_or_default(), self.text("/bis"));
        let with_ids = self.text("/zweck").as_deref() == Some("02");
        let wanted = |record: &&Record| {
            let day = record.created.date();
            let here = record.current(self.known.meldestatus).next_back();
            let art = here.and_then(|entry| entry.data.get("meldestatusArt")?.get("code")?.as_str());
            from <= day
                && to.as_ref().is_none_or(|to| day <= *to)
                && art.is_some_and(|art| HERE.contains(&art))
                && record.aktenfuehrend(self.known) == Some(self.authority)
        };
        let all: Vec<Value> =
            self.state.records.values().filter(wanted).map(|record| self.result(record, with_ids)).collect();
        let chunks: Vec<&[Value]> =
            if all.is_empty() { vec![&[]] } else { all.chunks(self.config.limits.abgleich.max(1)).collect() };
        let reply = |chunk: &[Value]| {
            let mut content = Map::new();
            content.insert("azrNummern".into(), json!({ "abgleichergebnis": chunk }));
            ("090022", content)
        };
        chunks.into_iter().map(reply).collect()
    }

    fn result(&self, record: &Record, with_ids: bool) -> Value {
        let mut result = json!({ "azrNummer": record.azr_nummer });
        if !with_ids {
            return result;
        }
        let mut ids = Map::new();
        for (index, kind) in self.kinds.all().iter().enumerate() {
            let Some(at) = &kind.abgleich else { continue };
            // Of addresses those count that are not former ones (AZR-611).
            let former = |entry: &super::record::Entry| {
                entry.data.get("fruehereAnschrift").is_some_and(|value| matches!(value, Value::Bool(true)))
            };
            let current = record.current(index).filter(|entry| !former(entry));
            let mut found: Vec<&str> = current.filter_map(|entry| entry.id.as_deref()).collect();
            if at.most == Some(2) {
                // Meldestatus: the first that was stored and the current one (AZR-615).
                let first = record.entries.iter().find(|entry| entry.kind == index);
                let first = first.and_then(|entry| entry.id.as_deref());
                found.splice(0..0, first.filter(|first| !found.contains(first)));
            }
            let most = at.most.map_or(usize::MAX, |most| most as usize);
            for id in found.iter().skip(found.len().saturating_sub(most)) {
                place(&mut ids, &at.path, at.many, (*id).into());
            }
        }
        result["abgleichMitReferenzID"] = ids.into();
        result
    }
}
